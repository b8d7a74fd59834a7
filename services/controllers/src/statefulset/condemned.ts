import type { Stored } from '@periplus/api'
import { isPodAvailable, isPodReady } from '@periplus/kinds'
import type { Pod } from '@periplus/kinds'
import { isOrdered } from './ordinals.ts'
import { burst, deleting, stopFor } from './plan.ts'
import type { ObservedSet, Plan } from './plan.ts'
import { withOwners } from './replicas.ts'

/**
 * Pods outside the range go, from the highest ordinal down; in order, one after the other, and not while another that is to go is
 * unavailable, unless it is the lowest of those. What they leave behind is owned as the retention policy says, before they go.
 */
export const dismissCondemned = (observed: ObservedSet, plan: Plan): Plan => {
  const { set, condemned, moment } = observed
  const ordered = isOrdered(set)
  const owned = condemned.reduce((next, member) => withOwners(observed, member, next), plan)
  const isAvailable = (pod: Stored<Pod>): boolean =>
    isPodAvailable(pod, set.spec?.minReadySeconds ?? 0, moment.now) && pod.metadata.deletionTimestamp === undefined
  const firstUnavailable = condemned.findLast(({ pod }) => !isAvailable(pod))?.pod
  let next = owned
  let deleted = 0
  for (const { pod } of condemned) {
    if (next.stopped) return next
    const { name, deletionTimestamp } = pod.metadata
    if (deletionTimestamp !== undefined) {
      if (ordered) return stopFor(next, `waiting until ${name} is gone`)
      continue
    }
    if (ordered && pod !== firstUnavailable) {
      if (!isPodReady(pod) || pod.status?.phase !== 'Running' || !isAvailable(pod))
        return stopFor(next, `waiting for ${firstUnavailable?.metadata.name ?? name} before scaling down`)
    }
    if (deleted === burst) return stopFor(next, 'more pods are deleted once these are gone')
    next = deleting(next, set, pod, 'fewer are wanted')
    deleted++
    if (ordered) return stopFor(next, `waiting until ${name} is gone`)
  }
  return next
}
