import { isPodActive, isPodTerminating, availableAt, isPodReady, getCondition } from '@periplus/kinds'
import { formatTime, hasLabels } from '@periplus/api'
import type { Stored } from '@periplus/api'
import type { Pod, ReplicaSetCondition, ReplicaSetStatus } from '@periplus/kinds'
import type { Replicated } from './replicated.ts'

/** Why the replicas could not be made what they should be. */
export interface Failure {
  readonly reason: 'FailedCreate' | 'FailedDelete'
  readonly message: string
}

/** The status that the pods give, from the pods alone. */
export const statusFor = (
  { object, minReadySeconds, template, status }: Replicated,
  pods: readonly Stored<Pod>[],
  failure: Failure | undefined,
  countsTerminating: boolean,
  now: number,
): ReplicaSetStatus => {
  const active = pods.filter(isPodActive)
  const conditions = conditionsAfter(status?.conditions ?? [], failure, now)
  return {
    replicas: active.length,
    fullyLabeledReplicas: active.filter(pod => hasLabels(template?.metadata?.labels, pod.metadata.labels)).length,
    readyReplicas: active.filter(isPodReady).length,
    availableReplicas: active.filter(pod => (availableAt(pod, minReadySeconds) ?? Infinity) <= now).length,
    ...(countsTerminating ? { terminatingReplicas: pods.filter(isPodTerminating).length } : {}),
    observedGeneration: object.metadata.generation,
    ...(conditions.length > 0 ? { conditions } : {}),
  }
}

/** Milliseconds until the next ready pod has been ready for long enough. */
export const nextAvailable = (
  pods: readonly Stored<Pod>[],
  minReadySeconds: number,
  now: number,
): number | undefined => {
  const waits = pods
    .filter(isPodActive)
    .map(pod => (availableAt(pod, minReadySeconds) ?? -Infinity) - now)
    .filter(wait => wait > 0)
  return waits.length > 0 ? Math.min(...waits) : undefined
}

const conditionsAfter = (
  conditions: readonly ReplicaSetCondition[],
  failure: Failure | undefined,
  now: number,
): readonly ReplicaSetCondition[] => {
  const others = conditions.filter(condition => condition.type !== 'ReplicaFailure')
  if (!failure) return others
  const standing = getCondition(conditions, 'ReplicaFailure')
  if (standing?.status === 'True' && standing.reason === failure.reason) return conditions
  return [...others, { type: 'ReplicaFailure', status: 'True', lastTransitionTime: formatTime(now), ...failure }]
}
