import { formatTime } from '@periplus/api'
import type { JobCondition, JobStatus } from '@periplus/kinds'

export type ConditionType = 'Complete' | 'Failed' | 'FailureTarget' | 'SuccessCriteriaMet' | 'Suspended'

/** A condition as it becomes so at `now`. */
export const condition = (
  type: ConditionType,
  status: 'True' | 'False',
  reason: string,
  message: string,
  now: number,
): JobCondition => ({
  type,
  status,
  lastProbeTime: formatTime(now),
  lastTransitionTime: formatTime(now),
  reason,
  message,
})

/** The condition of this type, where it is true. */
export const trueCondition = (status: JobStatus | undefined, type: ConditionType): JobCondition | undefined =>
  status?.conditions?.find(one => one.type === type && one.status === 'True')

/** `Complete` or `Failed`, once the job is over: nothing changes any more then. */
export const terminalCondition = (status: JobStatus | undefined): JobCondition | undefined =>
  trueCondition(status, 'Complete') ?? trueCondition(status, 'Failed')
