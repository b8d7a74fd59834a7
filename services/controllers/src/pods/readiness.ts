import { millisecondsOf } from '@periplus/controller'
import type { Pod, PodCondition } from '@periplus/kinds'

export const conditionOf = (pod: Pod, type: string): PodCondition | undefined =>
  pod.status?.conditions?.find(condition => condition.type === type)

export const isReady = (pod: Pod): boolean => conditionOf(pod, 'Ready')?.status === 'True'

/** Since when it has been ready, in milliseconds; `undefined` when it isn't. */
export const readySince = (pod: Pod): number | undefined => {
  const condition = conditionOf(pod, 'Ready')
  return condition?.status === 'True' ? millisecondsOf(condition.lastTransitionTime) : undefined
}

/** When a ready pod counts as available, in milliseconds since the epoch; `undefined` while it isn't ready. */
export const availableAt = (pod: Pod, minReadySeconds: number): number | undefined => {
  if (minReadySeconds === 0) return isReady(pod) ? 0 : undefined
  const since = readySince(pod)
  return since === undefined ? undefined : since + minReadySeconds * 1000
}
