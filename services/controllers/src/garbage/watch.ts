import type { KubernetesObject, Stored } from '@periplus/api'
import type { Key, Watch, WatchedChange } from '@periplus/controller'
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

/** What the JSON of objects mentions that have owners, or are going. */
const marks = ['"ownerReferences":[', '"deletionTimestamp":"']

/**
 * The same object as before, that has and had no owner, and is not going: of a thousand nodes that is a hundred heartbeats a second, of which
 * then none is parsed.
 */
const isPlain = ({ change: { before, after } }: WatchedChange): boolean =>
  before !== undefined &&
  after !== undefined &&
  !marks.some(mark => before.mentions(mark) || after.mentions(mark)) &&
  before.uid === after.uid

/** Changes of any kind that may leave garbage. Nearly all wake nobody: most objects only change their status. */
export const garbage: Watch = {
  every: true,
  keys: (seen, cut) => {
    if (isPlain(seen)) return []
    const { before, after } = seen
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
