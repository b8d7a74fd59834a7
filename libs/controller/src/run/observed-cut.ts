import type { Kind, KubernetesObject, ObjectRef, Stored } from '@periplus/api'
import { builtinKinds } from '@periplus/kinds'
import type { Cut, Entry } from '@periplus/projection'
import { controllerOf } from '../owners.ts'

/**
 * An object whose earlier events the log does not keep (heartbeats, `Kind.rollup`), as a decision saw it. Replay cannot find it
 * again, so it is an input that is recorded with the decision (law 5).
 */
export interface Observed {
  readonly group: string
  readonly resource: string
  readonly object: Stored<KubernetesObject>
}

const rolledUp = new Set(builtinKinds.filter(kind => kind.rollup).map(kind => `${kind.group}/${kind.resource}`))
const isRolledUp = ({ group, resource }: { group: string; resource: string }): boolean =>
  rolledUp.has(`${group}/${resource}`)

/** `cut`, keeping what is seen of rolled-up kinds in `observed`, each object once. */
export const observingCut = (cut: Cut): { readonly cut: Cut; readonly observed: readonly Observed[] } => {
  const seen = new Map<string, Observed>()
  const note = (kind: { group: string; resource: string }, object: Stored<KubernetesObject> | undefined): void => {
    if (object && isRolledUp(kind))
      seen.set(object.metadata.uid, { group: kind.group, resource: kind.resource, object })
  }
  const noteEntry = (entry: Entry | undefined): Entry | undefined => {
    if (entry && isRolledUp(entry.ref)) note(entry.ref, entry.object())
    return entry
  }
  const noteAll = <A extends KubernetesObject>(kind: Kind<A>, objects: readonly Stored<A>[]): readonly Stored<A>[] => {
    if (kind.rollup) for (const object of objects) note(kind, object)
    return objects
  }
  const noteEntries = (entries: readonly Entry[]): readonly Entry[] => {
    entries.forEach(noteEntry)
    return entries
  }
  return {
    cut: over(cut, {
      get: (kind, namespace, name) => {
        const object = cut.get(kind, namespace, name)
        note(kind, object)
        return object
      },
      list: (kind, namespace) => noteAll(kind, cut.list(kind, namespace)),
      ownedBy: (kind, uid) => noteAll(kind, cut.ownedBy(kind, uid)),
      unmanaged: (kind, namespace) => noteAll(kind, cut.unmanaged(kind, namespace)),
      entry: ref => noteEntry(cut.entry(ref)),
      byUid: uid => noteEntry(cut.byUid(uid)),
      dependents: uid => noteEntries(cut.dependents(uid)),
      entries: (group, resource, namespace) => noteEntries(cut.entries(group, resource, namespace)),
    }),
    get observed() {
      return [...seen.values()]
    },
  }
}

const entryOf = ({ group, resource, object }: Observed): Entry => {
  const { name, namespace = '', resourceVersion } = object.metadata
  return {
    ref: { group, resource, namespace, name },
    sequence: Number(resourceVersion),
    bytes: Buffer.from(JSON.stringify(object)),
    object: () => object,
  }
}

/** `cut`, answering for rolled-up kinds what was observed then, and nothing else. */
export const observedCut = (cut: Cut, observed: readonly Observed[]): Cut => {
  const entries = observed.map(entryOf)
  const of = (kind: { group: string; resource: string }, namespace?: string): readonly Entry[] =>
    entries.filter(
      ({ ref }) =>
        ref.group === kind.group && ref.resource === kind.resource && (!namespace || ref.namespace === namespace),
    )
  const as = <A extends KubernetesObject>(found: readonly Entry[]): readonly Stored<A>[] =>
    found.map(entry => entry.object() as Stored<A>)
  const owns = (uid: string, entry: Entry): boolean =>
    entry.object().metadata.ownerReferences?.some(reference => reference.uid === uid) ?? false
  const find = (ref: ObjectRef): Entry | undefined =>
    of(ref).find(entry => entry.ref.namespace === ref.namespace && entry.ref.name === ref.name)
  const kept = (entry: Entry | undefined): Entry | undefined => (entry && isRolledUp(entry.ref) ? undefined : entry)
  return over(cut, {
    get: <A extends KubernetesObject>(kind: Kind<A>, namespace: string, name: string) =>
      kind.rollup
        ? (find({ group: kind.group, resource: kind.resource, namespace, name })?.object() as Stored<A> | undefined)
        : cut.get(kind, namespace, name),
    list: <A extends KubernetesObject>(kind: Kind<A>, namespace?: string) =>
      kind.rollup ? as<A>(of(kind, namespace)) : cut.list(kind, namespace),
    ownedBy: <A extends KubernetesObject>(kind: Kind<A>, uid: string) =>
      kind.rollup ? as<A>(of(kind).filter(entry => owns(uid, entry))) : cut.ownedBy(kind, uid),
    unmanaged: <A extends KubernetesObject>(kind: Kind<A>, namespace: string) =>
      kind.rollup
        ? as<A>(of(kind, namespace).filter(entry => controllerOf(entry.object()) === undefined))
        : cut.unmanaged(kind, namespace),
    entry: ref => (isRolledUp(ref) ? find(ref) : cut.entry(ref)),
    byUid: uid => entries.find(entry => entry.object().metadata.uid === uid) ?? kept(cut.byUid(uid)),
    dependents: uid => [
      ...cut.dependents(uid).filter(entry => !isRolledUp(entry.ref)),
      ...entries.filter(entry => owns(uid, entry)),
    ],
    entries: (group, resource, namespace) =>
      isRolledUp({ group, resource }) ? of({ group, resource }, namespace) : cut.entries(group, resource, namespace),
  })
}

const over = (cut: Cut, some: Partial<Cut>): Cut => Object.assign(Object.create(cut) as Cut, some)
