import { formatTime } from '@periplus/api'
import type { DeploymentCondition } from '@periplus/kinds'

type Conditions = readonly DeploymentCondition[]

export const findCondition = (conditions: Conditions, type: string): DeploymentCondition | undefined =>
  conditions.find(condition => condition.type === type)

export const withoutCondition = (conditions: Conditions, type: string): Conditions =>
  conditions.filter(condition => condition.type !== type)

/** Sets a condition; one with the same status and reason stands as it is, and its transition is when the status changed. */
export const withCondition = (
  conditions: Conditions,
  type: string,
  status: 'True' | 'False' | 'Unknown',
  reason: string,
  message: string,
  now: number,
): Conditions => {
  const standing = findCondition(conditions, type)
  if (standing?.status === status && standing.reason === reason) return conditions
  return [...withoutCondition(conditions, type), fresh(standing, type, status, reason, message, now)]
}

/** As `withCondition`, but says anew that it holds: the deadline for progress counts from the last update. */
export const renewedCondition = (
  conditions: Conditions,
  type: string,
  status: 'True',
  reason: string,
  message: string,
  now: number,
): Conditions => [
  ...withoutCondition(conditions, type),
  fresh(findCondition(conditions, type), type, status, reason, message, now),
]

const fresh = (
  standing: DeploymentCondition | undefined,
  type: string,
  status: string,
  reason: string,
  message: string,
  now: number,
): DeploymentCondition => ({
  type,
  status,
  reason,
  message,
  lastUpdateTime: formatTime(now),
  lastTransitionTime: standing?.status === status ? standing.lastTransitionTime : formatTime(now),
})
