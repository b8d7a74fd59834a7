import { formatTime } from '@periplus/api'
import type { HorizontalPodAutoscalerStatus } from '@periplus/kinds'

type Conditions = NonNullable<HorizontalPodAutoscalerStatus['conditions']>

/** The conditions with this one as it is now; since when it has its status stays what it was while that stays the same. */
export const withCondition = (
  conditions: Conditions,
  now: number,
  type: 'AbleToScale' | 'ScalingActive' | 'ScalingLimited',
  status: 'True' | 'False',
  reason: string,
  message: string,
): Conditions => {
  const before = conditions.find(one => one.type === type)
  const lastTransitionTime =
    before?.status === status && before.lastTransitionTime !== undefined ? before.lastTransitionTime : formatTime(now)
  const next = { type, status, reason, message, lastTransitionTime }
  return before ? conditions.map(one => (one === before ? next : one)) : [...conditions, next]
}
