import { millisecondsOf } from '@periplus/api'
import type { Pod } from '../core/v1/pod/schema.ts'
import type { PodCondition } from '../core/v1/pod/status.ts'
import { getCondition } from '../describe/conditions.ts'

/** A pod's condition of a type, such as `Ready`. */
export const podCondition = ({ status }: Pod, type: string): PodCondition | undefined =>
  getCondition(status?.conditions, type)

/** The condition Ready is True. */
export const isPodReady = (pod: Pod): boolean => podCondition(pod, 'Ready')?.status === 'True'

/** When the condition Ready became True, in milliseconds since the epoch; `undefined` while it isn't, or nobody knows. */
export const readySince = (pod: Pod): number | undefined => {
  const ready = podCondition(pod, 'Ready')
  return ready?.status === 'True' ? millisecondsOf(ready.lastTransitionTime) : undefined
}

/** When a ready pod counts as available, in milliseconds since the epoch; `undefined` while it isn't ready. */
export const availableAt = (pod: Pod, minReadySeconds: number): number | undefined => {
  if (minReadySeconds === 0) return isPodReady(pod) ? 0 : undefined
  const since = readySince(pod)
  return since === undefined ? undefined : since + minReadySeconds * 1000
}

/** Ready for at least `minReadySeconds`, at `now` (milliseconds since the epoch). */
export const isPodAvailable = (pod: Pod, minReadySeconds: number, now: number): boolean =>
  (availableAt(pod, minReadySeconds) ?? Infinity) <= now
