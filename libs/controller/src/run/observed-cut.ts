import { hasLabels, toJson } from '@periplus/api'
import type { Kind, KubernetesObject, ObjectRef, Stored } from '@periplus/api'
import { builtinKinds } from '@periplus/kinds'
import { CutView, isFoundBy } from '@periplus/projection'
import type { Cut, Entry, Index, IndexMark, IndexOfEvery, LabelledEntry } from '@periplus/projection'

/**
 * An object whose earlier events the log does not keep (heartbeats, `Kind.rollup`), as a decision saw it. Replay cannot find it
 * again, so it is an input that is recorded with the decision (law 5).
 */
export interface ObservedObject {
  readonly group: string
  readonly resource: string
  readonly object: Stored<KubernetesObject>
}

interface Resource {
  readonly group: string
  readonly resource: string
}

type Labels = Readonly<Record<string, string>>

const rolledUp = builtinKinds.filter(kind => kind.rollup)
const isRolledUp = ({ group, resource }: Resource): boolean =>
  rolledUp.some(kind => kind.resource === resource && kind.group === group)

/** A cut that keeps what is seen of rolled-up kinds, each object once. */
export class ObservingCut extends CutView {
  readonly #seen = new Map<string, ObservedObject>()

  get observed(): readonly ObservedObject[] {
    return this.#seen.size === 0 ? none : [...this.#seen.values()]
  }

  override get<A extends KubernetesObject>(kind: Kind<A>, namespace: string, name: string): Stored<A> | undefined {
    return this.#note(kind, this.under.get(kind, namespace, name))
  }

  override list<A extends KubernetesObject>(kind: Kind<A>, namespace?: string): readonly Stored<A>[] {
    return this.#noteAll(kind, this.under.list(kind, namespace))
  }

  override by<A extends KubernetesObject>(index: Index<A>, key: string): readonly Stored<A>[] {
    return this.#noteAll(index.kind, this.under.by(index, key))
  }

  override changedKeys<A extends KubernetesObject>(index: Index<A>, since: IndexMark | undefined) {
    return this.under.changedKeys(index, since)
  }

  override entriesBy<A extends KubernetesObject>(
    index: Index<A> | IndexOfEvery,
    key: string,
  ): readonly LabelledEntry[] {
    const entries = this.under.entriesBy(index, key)
    if ('every' in index || isRolledUp(index.kind)) this.#noteEntries(entries)
    return entries
  }

  override labelled<A extends KubernetesObject>(
    kind: Kind<A>,
    namespace: string,
    labels: Labels,
  ): readonly Stored<A>[] {
    return this.#noteAll(kind, this.under.labelled(kind, namespace, labels))
  }

  override entry(ref: ObjectRef): Entry | undefined {
    return this.#noteEntry(this.under.entry(ref))
  }

  /** That there are objects of a kind is something that was seen: one of them stands for it. */
  override resources(): readonly Resource[] {
    const resources = this.under.resources()
    for (const resource of resources.filter(isRolledUp))
      this.#noteEntries(this.under.entries(resource.group, resource.resource).slice(0, 1))
    return inOrder(resources)
  }

  override byUid(uid: string): Entry | undefined {
    return this.#noteEntry(this.under.byUid(uid))
  }

  override entries(group: string, resource: string, namespace?: string): readonly Entry[] {
    return this.#noteEntries(this.under.entries(group, resource, namespace))
  }

  #note<A extends KubernetesObject>(kind: Resource, object: Stored<A> | undefined): Stored<A> | undefined {
    const { group, resource } = kind
    if (object && isRolledUp(kind)) this.#seen.set(object.metadata.uid, { group, resource, object })
    return object
  }

  #noteAll<A extends KubernetesObject>(kind: Kind<A>, objects: readonly Stored<A>[]): readonly Stored<A>[] {
    if (kind.rollup) for (const object of objects) this.#note(kind, object)
    return objects
  }

  #noteEntry(entry: Entry | undefined): Entry | undefined {
    if (entry && isRolledUp(entry.ref)) this.#note(entry.ref, entry.object())
    return entry
  }

  #noteEntries(entries: readonly Entry[]): readonly Entry[] {
    for (const entry of entries) this.#noteEntry(entry)
    return entries
  }
}

const none: readonly never[] = []

/** An order that does not depend on which kind was heard of first. */
const inOrder = (resources: readonly Resource[]): readonly Resource[] =>
  [...resources].sort((a, b) => (`${a.group}/${a.resource}` < `${b.group}/${b.resource}` ? -1 : 1))

/** A cut that answers for rolled-up kinds what was observed then, and nothing else. */
class ObservedCut extends CutView {
  readonly #entries: readonly LabelledEntry[]

  constructor(under: Cut, observed: readonly ObservedObject[]) {
    super(under)
    this.#entries = observed.map(entryOf)
  }

  override get<A extends KubernetesObject>(kind: Kind<A>, namespace: string, name: string): Stored<A> | undefined {
    if (!kind.rollup) return this.under.get(kind, namespace, name)
    const { group, resource } = kind
    return this.#find({ group, resource, namespace, name })?.object() as Stored<A> | undefined
  }

  override list<A extends KubernetesObject>(kind: Kind<A>, namespace?: string): readonly Stored<A>[] {
    return kind.rollup ? this.#objects(kind, namespace) : this.under.list(kind, namespace)
  }

  override by<A extends KubernetesObject>(index: Index<A>, key: string): readonly Stored<A>[] {
    return index.kind.rollup
      ? this.entriesBy(index, key).map(entry => entry.object() as Stored<A>)
      : this.under.by(index, key)
  }

  override entriesBy<A extends KubernetesObject>(
    index: Index<A> | IndexOfEvery,
    key: string,
  ): readonly LabelledEntry[] {
    const found = (entry: Entry): boolean => isFoundBy(index, key, entry)
    if (!('every' in index))
      return isRolledUp(index.kind) ? this.#of(index.kind).filter(found) : this.under.entriesBy(index, key)
    const kept = this.under.entriesBy(index, key).filter(entry => !isRolledUp(entry.ref))
    return [...kept, ...this.#entries.filter(found)]
  }

  override labelled<A extends KubernetesObject>(
    kind: Kind<A>,
    namespace: string,
    labels: Labels,
  ): readonly Stored<A>[] {
    return kind.rollup
      ? this.#objects(kind, namespace).filter(({ metadata }) => hasLabels(labels, metadata.labels))
      : this.under.labelled(kind, namespace, labels)
  }

  override entry(ref: ObjectRef): Entry | undefined {
    return isRolledUp(ref) ? this.#find(ref) : this.under.entry(ref)
  }

  override resources(): readonly Resource[] {
    const seen = new Map(
      this.#entries.map(({ ref: { group, resource } }) => [`${group}/${resource}`, { group, resource }]),
    )
    return inOrder([...this.under.resources().filter(one => !isRolledUp(one)), ...seen.values()])
  }

  override byUid(uid: string): Entry | undefined {
    const observed = this.#entries.find(entry => entry.object().metadata.uid === uid)
    const entry = observed ?? this.under.byUid(uid)
    return entry !== observed && entry && isRolledUp(entry.ref) ? undefined : entry
  }

  override entries(group: string, resource: string, namespace?: string): readonly Entry[] {
    return isRolledUp({ group, resource })
      ? this.#of({ group, resource }, namespace)
      : this.under.entries(group, resource, namespace)
  }

  #find(ref: ObjectRef): Entry | undefined {
    return this.#of(ref, ref.namespace).find(
      entry => entry.ref.namespace === ref.namespace && entry.ref.name === ref.name,
    )
  }

  #of({ group, resource }: Resource, namespace?: string): readonly LabelledEntry[] {
    return this.#entries.filter(
      ({ ref }) => ref.group === group && ref.resource === resource && (!namespace || ref.namespace === namespace),
    )
  }

  #objects<A extends KubernetesObject>(kind: Kind<A>, namespace?: string): readonly Stored<A>[] {
    return this.#of(kind, namespace).map(entry => entry.object() as Stored<A>)
  }
}

const entryOf = ({ group, resource, object }: ObservedObject): LabelledEntry => {
  const { name, namespace = '', resourceVersion } = object.metadata
  return {
    ref: { group, resource, namespace, name },
    sequence: Number(resourceVersion),
    bytes: Buffer.from(toJson(object)),
    object: () => object,
    labels: () => object.metadata.labels,
  }
}

/** `cut`, answering for rolled-up kinds what was observed then, and nothing else. */
export const observedCut = (cut: Cut, observed: readonly ObservedObject[]): Cut => new ObservedCut(cut, observed)
