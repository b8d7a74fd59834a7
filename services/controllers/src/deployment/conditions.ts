import { formatTime } from '@periplus/api'
import { getCondition, removeCondition } from '@periplus/kinds'
import type { DeploymentCondition } from '@periplus/kinds'

type Conditions = readonly DeploymentCondition[]

/** Sets a condition; one with the same status and reason stands as it is, and its transition is when the status changed. */
export const withCondition = (
  conditions: Conditions,
  type: string,
  status: 'True' | 'False' | 'Unknown',
  reason: string,
  message: string,
  now: number,
): Conditions => {
  const standing = getCondition(conditions, type)
  if (standing?.status === status && standing.reason === reason) return conditions
  return [...removeCondition(conditions, type), fresh(standing, type, status, reason, message, now)]
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
  ...removeCondition(conditions, type),
  fresh(getCondition(conditions, type), type, status, reason, message, now),
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
