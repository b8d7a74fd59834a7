import type { KubernetesObject, OwnerReference } from '@periplus/api'
import type { Decision } from '@periplus/controller'
import { dependentsOf } from '@periplus/projection'
import type { Cut, Entry } from '@periplus/projection'
import { remove, withOwners, withoutFinalizer } from './commands.ts'
import type { Item } from './commands.ts'
import { foregroundFinalizer, isDeletingDependents, isOrphaning, orphanFinalizer, ownerState } from './owners.ts'
import type { Kinds, OwnerState } from './owners.ts'

/** At most this many dependents are written by one decision; the rest follow in the next. */
const batch = 200

const nothing = (why: string): Decision => ({ commands: [], why })

/** What is to become of one object, named by its uid: as an owner that is going, and as somebody's dependent. */
export const collect = (cut: Cut, kinds: Kinds, uid: string): Decision => {
  const entry = cut.byUid(uid)
  if (!entry) return nothing('it is gone')
  const item = itemOf(kinds, entry)
  if (!item) return nothing(`nobody knows the kind of ${entry.ref.resource}`)
  const name = `${item.kind.kind} ${item.ref.name}`
  if (isOrphaning(item.object)) return orphan(cut, kinds, item, name)
  if (isDeletingDependents(item.object)) return awaitDependents(cut, item, name)
  if (item.object.metadata.deletionTimestamp !== undefined) return nothing(`${name} is being deleted already`)
  return asDependent(cut, kinds, item, name)
}

const itemOf = (kinds: Kinds, entry: Entry): Item | undefined => {
  const kind = kinds.byResource(entry.ref.group, entry.ref.resource)
  return kind && { kind, ref: entry.ref, object: entry.object() }
}

/** Its dependents forget it first, then it may go. */
const orphan = (cut: Cut, kinds: Kinds, item: Item, name: string): Decision => {
  const { uid } = item.object.metadata
  const dependents = cut.entriesBy(dependentsOf, uid)
  const now = dependents.slice(0, batch).flatMap(entry => {
    const dependent = itemOf(kinds, entry)
    return dependent
      ? [
          withOwners(
            dependent,
            ownersOf(dependent).filter(owner => owner.uid !== uid),
          ),
        ]
      : []
  })
  const last = dependents.length <= batch
  return {
    commands: last ? [...now, withoutFinalizer(item, orphanFinalizer)] : now,
    ...(last ? {} : { requeueAfter: 0 }),
    why: `${name} is deleted without its dependents: ${dependents.length} forget it`,
  }
}

/** It may go when those that block it are gone; they are told apart by their own decisions. */
const awaitDependents = (cut: Cut, item: Item, name: string): Decision => {
  const { uid } = item.object.metadata
  const blocking = cut
    .entriesBy(dependentsOf, uid)
    .filter(entry => entry.object().metadata.ownerReferences?.some(one => one.uid === uid && one.blockOwnerDeletion))
  return blocking.length === 0
    ? { commands: [withoutFinalizer(item, foregroundFinalizer)], why: `${name} waits for no dependent any more` }
    : nothing(`${name} waits for ${blocking.length} dependents to go first`)
}

const ownersOf = ({ object }: Item): readonly OwnerReference[] => object.metadata.ownerReferences ?? []

/** Kept while an owner is there; deleted when all are gone or wait for it. */
const asDependent = (cut: Cut, kinds: Kinds, item: Item, name: string): Decision => {
  const owners = ownersOf(item)
  if (owners.length === 0) return nothing(`${name} has no owner`)
  const states = new Map<OwnerReference, OwnerState>(
    owners.map(owner => [owner, ownerState(cut, kinds, item.object, owner)]),
  )
  const those = (...wanted: readonly OwnerState[]): readonly OwnerReference[] =>
    owners.filter(owner => wanted.includes(states.get(owner) ?? 'unknowable'))

  const kept = those('solid', 'unknowable')
  const lost = those('absent', 'waiting')
  const named = (some: readonly OwnerReference[]): string => some.map(owner => `${owner.kind} ${owner.name}`).join(', ')
  if (kept.length > 0)
    return lost.length === 0
      ? nothing(`${name} belongs to ${named(kept)}`)
      : {
          commands: [withOwners(item, kept)],
          why: `${name} still belongs to ${named(kept)}, and forgets ${named(lost)}`,
        }

  const waiting = those('waiting')
  if (waiting.length === 0)
    return { commands: [remove(item, policyOf(item.object))], why: `${named(owners)} is gone, and ${name} with it` }

  const dependents = cut.entriesBy(dependentsOf, item.object.metadata.uid)
  if (dependents.length === 0)
    return { commands: [remove(item, policyOf(item.object))], why: `${named(waiting)} waits for ${name} to go` }
  // Two that wait for each other would wait for ever: this one stops blocking.
  const circular = dependents.some(entry => isDeletingDependents(entry.object()))
  return {
    commands: circular
      ? [
          withOwners(
            item,
            owners.map(owner => ({ ...owner, blockOwnerDeletion: false })),
          ),
        ]
      : [remove(item, 'Foreground')],
    why: `${named(waiting)} waits for ${name} to go, which waits for ${dependents.length} dependents`,
  }
}

/** An object that says itself how its dependents are to be treated is heard. */
const policyOf = ({ metadata }: KubernetesObject): 'Orphan' | 'Foreground' | 'Background' => {
  if (metadata?.finalizers?.includes(orphanFinalizer)) return 'Orphan'
  if (metadata?.finalizers?.includes(foregroundFinalizer)) return 'Foreground'
  return 'Background'
}
