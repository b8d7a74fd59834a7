import { scaledValue } from '@periplus/api'
import type { Stored } from '@periplus/api'
import { isPodAvailable } from '@periplus/kinds'
import type { Pod, StatefulSet } from '@periplus/kinds'
import { E } from '@periplus/prelude'
import { revisionLabel } from '../history/revisions.ts'
import { replicasOf, startOf } from './ordinals.ts'
import { deleting, stopFor } from './plan.ts'
import type { ObservedSet, Plan } from './plan.ts'

/** How many pods may be unavailable during an update; at least one. Validation has passed. */
const allowed = (set: StatefulSet, value: number | string): number => {
  const found = scaledValue(value, replicasOf(set), 'down')
  return Math.max(1, E.isRight(found) ? found.right : 1)
}

const isUnavailable = ({ set, moment }: ObservedSet, pod: Stored<Pod>): boolean =>
  pod.metadata.deletionTimestamp !== undefined || !isPodAvailable(pod, set.spec?.minReadySeconds ?? 0, moment.now)

/** Pods that are not of the newest revision are deleted, from the highest ordinal down to the partition. */
export const updatePods = (observed: ObservedSet, plan: Plan): Plan => {
  const { updateStrategy } = observed.set.spec ?? {}
  if (updateStrategy?.type === 'OnDelete') return plan
  const lowest = startOf(observed.set) + (updateStrategy?.rollingUpdate?.partition ?? 0)
  const { maxUnavailable } = updateStrategy?.rollingUpdate ?? {}
  return maxUnavailable === undefined
    ? oneByOne(observed, lowest, plan)
    : several(observed, lowest, allowed(observed.set, maxUnavailable), plan)
}

const isOutdated = ({ history }: ObservedSet, { metadata }: Stored<Pod>): boolean =>
  metadata.labels?.[revisionLabel] !== history.update.name && metadata.deletionTimestamp === undefined

const outdated = (plan: Plan, observed: ObservedSet, pod: Stored<Pod>): Plan => ({
  ...deleting(plan, observed.set, pod, `it is not of ${observed.history.update.name}`),
  outdated: plan.outdated + 1,
})

/** The one before is deleted when those after it are available: a pod that never gets so is what the update waits for. */
const oneByOne = (observed: ObservedSet, lowest: number, plan: Plan): Plan => {
  const { set, replicas } = observed
  let expected = startOf(set) + replicasOf(set) - 1
  for (const { ordinal, pod } of [...replicas].reverse()) {
    // A pod that is about to be made is not available either.
    if (ordinal < lowest || ordinal !== expected--) return plan
    if (isOutdated(observed, pod)) return outdated(plan, observed, pod)
    if (isUnavailable(observed, pod)) return stopFor(plan, `waiting for ${pod.metadata.name} to be available`)
  }
  return plan
}

const several = (observed: ObservedSet, lowest: number, most: number, plan: Plan): Plan => {
  const { set, replicas } = observed
  const available = replicas.filter(({ pod }) => !isUnavailable(observed, pod)).length
  const room = most - (replicasOf(set) - available)
  const doomed = [...replicas]
    .reverse()
    .filter(({ ordinal, pod }) => ordinal >= lowest && isOutdated(observed, pod))
    .slice(0, Math.max(0, room))
  return doomed.reduce((next, { pod }) => outdated(next, observed, pod), plan)
}
