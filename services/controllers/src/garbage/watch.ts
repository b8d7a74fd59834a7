import type { KubernetesObject, Stored } from '@periplus/api'
import type { Key, Watch } from '@periplus/controller'
import { dependentsOf } from '@periplus/projection'
import type { Cut } from '@periplus/projection'
import { isDeletingDependents, isOrphaning } from './owners.ts'

/** The collector's keys are uids: it looks at objects of every kind. */
export const keyFor = (uid: string): Key => ({ namespace: '', name: uid })

const ownersOf = (object: Stored<KubernetesObject> | undefined) => object?.metadata.ownerReferences ?? []

const isGoing = (object: Stored<KubernetesObject> | undefined): boolean =>
  object !== undefined && (isDeletingDependents(object) || isOrphaning(object))

/** Owners that wait for a dependent to go, or to stop being one. */
const waitingOwners = (cut: Cut, object: Stored<KubernetesObject> | undefined): readonly Key[] =>
  ownersOf(object)
    .filter(owner => isGoing(cut.byUid(owner.uid)?.object()))
    .map(owner => keyFor(owner.uid))

const keysOfDependents = (cut: Cut, uid: string): readonly Key[] =>
  cut.entriesBy(dependentsOf, uid).map(entry => keyFor(entry.object().metadata.uid))

/** Changes of any kind that may leave garbage. Nearly all wake nobody: most objects only change their status. */
export const garbage: Watch = {
  every: true,
  keys: ({ before, after }, cut) => {
    if (!after) return before ? [...keysOfDependents(cut, before.metadata.uid), ...waitingOwners(cut, before)] : []
    const { uid } = after.metadata
    // A name that was used again while nobody looked: what was there before is gone as well.
    const replaced =
      before !== undefined && before.metadata.uid !== uid ? keysOfDependents(cut, before.metadata.uid) : []
    if (isGoing(after)) {
      const begun = !isGoing(before)
      return [...replaced, keyFor(uid), ...(begun ? keysOfDependents(cut, uid) : [])]
    }
    const same = before !== undefined && JSON.stringify(ownersOf(before)) === JSON.stringify(ownersOf(after))
    if (same) return replaced
    return [...replaced, ...(ownersOf(after).length > 0 ? [keyFor(uid)] : []), ...waitingOwners(cut, before)]
  },
}

/** Everything with an owner, and every owner that is going. */
export const everythingOwned = (cut: Cut): readonly Key[] =>
  cut.resources().flatMap(({ group, resource }) =>
    cut
      .entries(group, resource)
      .map(entry => entry.object())
      .filter(object => ownersOf(object).length > 0 || isGoing(object))
      .map(object => keyFor(object.metadata.uid)),
  )
