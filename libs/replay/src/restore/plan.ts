import { controllerOf } from '@periplus/api'
import { differences } from '../differences.ts'
import { made, revised } from './earlier-state.ts'
import type { Owners } from './earlier-state.ts'
import { whyLeft } from './left-alone.ts'
import { ownersFirst } from './owners-first.ts'
import { placeOf } from './restorable.ts'
import type { LeftAlone, Restorable, RestorePlan, RestoreQuestion, RestoreStep } from './restorable.ts'

/**
 * The steps that bring objects back to how they were, forward: as new events on what there is now. What controllers make of other objects is
 * theirs to make again, and what would not be the same again, such as a job that had ended, is left alone, and said.
 */
export const planRestore = ({ then, now, owners, onlyGone = false }: RestoreQuestion): RestorePlan => {
  const present = new Map(now.map(one => [placeOf(one), one]))
  const past = new Map(then.map(one => [placeOf(one), one]))
  const isGone = (one: Restorable): boolean => !present.has(placeOf(one))
  const left: LeftAlone[] = []
  /** What is said of why it is left; `undefined` where it is not. An empty text is not worth saying. */
  const leave = (of: Restorable, why: string | undefined): boolean => {
    if (why) left.push({ of, why })
    return why !== undefined
  }
  const goneUids = new Set(then.filter(isGone).map(uidOf))

  const creations = then.filter(
    one => isGone(one) && !leave(one, whyLeft(one, goneUids.has(controllerOf(one.object)?.uid ?? ''))),
  )
  const changed = onlyGone ? [] : then.filter(one => !isGone(one) && !leave(one, whyLeft(one, false)))
  const since = onlyGone ? [] : now.filter(one => !past.has(placeOf(one)) && whyLeft(one, false) === undefined)

  const standIns: Owners = new Map([
    ...owners,
    ...now.map(one => [uidOf(one), uidOf(one)] as const),
    ...then.flatMap(one => {
      const other = present.get(placeOf(one))
      return other ? [[uidOf(one), uidOf(other)] as const] : []
    }),
    // The server knows which uids these get.
    ...creations.map(one => [uidOf(one), uidOf(one)] as const),
  ])
  const updates = changed.flatMap((one): readonly RestoreStep[] => {
    const is = present.get(placeOf(one))
    if (!is || leave(one, is.object.metadata?.deletionTimestamp ? 'it is being deleted' : undefined)) return []
    const object = revised(one, is, standIns)
    const changes = differences(is.object, object)
    return changes.length === 0 ? [] : [{ tag: 'Update', of: { ...one, object }, changes }]
  })
  const goesAlong = goingAlong(since)
  const deletions = since.flatMap((of): readonly RestoreStep[] =>
    of.object.metadata?.deletionTimestamp || goesAlong(of) ? [] : [{ tag: 'Delete', of }],
  )
  const makings = creations.map((one): RestoreStep => ({
    tag: 'Create',
    of: { ...one, object: made(one, standIns) },
    inPlaceOf: uidOf(one),
  }))
  return { steps: [...deletions, ...ownersFirst([...makings, ...updates])], left }
}

const uidOf = ({ object }: Restorable): string => object.metadata?.uid ?? ''

/** Whether the namespace of an object, or what it belongs to, is among these, and takes it with it. */
const goingAlong = (these: readonly Restorable[]): ((of: Restorable) => boolean) => {
  const uids = new Set(these.map(({ object }) => object.metadata?.uid))
  const namespaces = new Set(
    these
      .filter(({ group, resource }) => group === '' && resource === 'namespaces')
      .map(({ object }) => object.metadata?.name),
  )
  return ({ object: { metadata } }) =>
    namespaces.has(metadata?.namespace) || (metadata?.ownerReferences?.some(({ uid }) => uids.has(uid)) ?? false)
}
