import { formatTime } from '@periplus/api'
import { condition } from './conditions.ts'
import { told } from './sync.ts'
import type { Step } from './sync.ts'

/** The job starts when it is first seen unsuspended. */
export const start: Step = sync =>
  sync.status.startTime !== undefined || sync.job.spec?.suspend
    ? sync
    : { ...sync, status: { ...sync.status, startTime: formatTime(sync.moment.now) } }

/** Says in a condition that the job is suspended or goes on; its time runs anew then. Of what never was suspended nothing is said. */
export const noteSuspension: Step = sync => {
  const { job, status, verdict, moment } = sync
  if (verdict || job.metadata.deletionTimestamp !== undefined) return sync
  const suspended = job.spec?.suspend === true
  const conditions = status.conditions ?? []
  const known = conditions.find(({ type }) => type === 'Suspended')
  if (known ? (known.status === 'True') === suspended : !suspended) return sync
  const added = suspended
    ? condition('Suspended', 'True', 'JobSuspended', 'Job suspended', moment.now)
    : condition('Suspended', 'False', 'JobResumed', 'Job resumed', moment.now)
  const noted = {
    ...sync,
    status: {
      ...status,
      conditions: known ? conditions.map(one => (one === known ? added : one)) : [...conditions, added],
      ...(suspended ? {} : { startTime: formatTime(moment.now) }),
    },
  }
  return told(noted, 'Normal', suspended ? 'Suspended' : 'Resumed', added.message ?? '')
}
