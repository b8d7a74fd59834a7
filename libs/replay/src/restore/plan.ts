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
  const deletions = since.flatMap((of): readonly RestoreStep[] =>
    of.object.metadata?.deletionTimestamp || isIn(of, since) ? [] : [{ tag: 'Delete', of }],
  )
  const makings = creations.map((one): RestoreStep => ({
    tag: 'Create',
    of: { ...one, object: made(one, standIns) },
    inPlaceOf: uidOf(one),
  }))
  return { steps: [...deletions, ...ownersFirst([...makings, ...updates])], left }
}

const uidOf = ({ object }: Restorable): string => object.metadata?.uid ?? ''

/** Whether its namespace, or what it belongs to, goes too, and takes it with it. */
const isIn = ({ object: { metadata } }: Restorable, since: readonly Restorable[]): boolean =>
  since.some(
    ({ group, resource, object }) =>
      (group === '' && resource === 'namespaces' && object.metadata?.name === metadata?.namespace) ||
      metadata?.ownerReferences?.some(({ uid }) => uid === object.metadata?.uid),
  )
