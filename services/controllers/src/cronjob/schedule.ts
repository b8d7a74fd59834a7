import { E } from '@periplus/prelude'
import { formatTime, isControlledBy, millisecondsOf } from '@periplus/api'
import { Job, Namespace, parseSchedule } from '@periplus/kinds'
import type { CronSchedule } from '@periplus/kinds'
import { dueOf } from './due.ts'
import { withoutJobs } from './history.ts'
import { jobNameAt, newJob } from './new-job.ts'
import { told } from './run.ts'
import type { Run, Step } from './run.ts'
import { utc, zoneOf } from './zone.ts'
import type { Zone } from './zone.ts'

const rests = (run: Run, why: string): Run => ({ ...run, why })

/** Makes the job of a time that is due, unless another one is in its way. */
const makeJob = (run: Run, scheduled: number, zone: Zone): Run => {
  const { cronJob, active, cut } = run
  const name = jobNameAt(cronJob, scheduled)
  const namespace = cronJob.metadata.namespace ?? ''
  const at = formatTime(scheduled)
  const existing = cut.get(Job, namespace, name)
  if (existing)
    return isControlledBy(existing, cronJob)
      ? rests({ ...run, status: { ...run.status, lastScheduleTime: at } }, `the job of ${at} is there`)
      : rests(run, `the name ${name} is another job's`)
  if (run.cronJob.status?.lastScheduleTime === at) return rests(run, `there was a job for ${at}`)
  if (cut.get(Namespace, '', namespace)?.metadata.deletionTimestamp)
    return rests(run, 'its namespace is being deleted: no job is made')
  const policy = cronJob.spec?.concurrencyPolicy
  if (policy === 'Forbid' && active.length > 0) {
    const message = 'Not starting job because prior execution is running and concurrency policy is Forbid'
    return rests(told(run, 'Normal', 'JobAlreadyActive', message), 'a job still runs, and another one is forbidden')
  }
  const made: Run = {
    ...(policy === 'Replace' ? withoutJobs(run, active) : run),
    created: newJob(cronJob, scheduled, zone),
    status: { ...run.status, lastScheduleTime: at },
  }
  return rests(told(made, 'Normal', 'SuccessfulCreate', `Created job ${name}`), `the job of ${at} is due`)
}

const followSchedule = (run: Run, schedule: CronSchedule, zone: Zone): Run => {
  const { cronJob, moment, status } = run
  const { now } = moment
  const seconds = cronJob.spec?.startingDeadlineSeconds
  const due = dueOf(schedule, zone, {
    last: millisecondsOf(status.lastScheduleTime) ?? millisecondsOf(cronJob.metadata.creationTimestamp) ?? now,
    ...(seconds === undefined ? {} : { deadline: now - Number(seconds) * 1000 }),
    now,
  })
  if (typeof due === 'string')
    return rests(told(run, 'Warning', 'InvalidSchedule', `invalid schedule: ${cronJob.spec?.schedule} : ${due}`), due)
  const wakesAfter = due.next === undefined ? undefined : Math.max(0, due.next - now)
  if (due.scheduled === undefined) return rests({ ...run, wakesAfter }, 'nothing is due')
  const warned = due.tooManyMissed
    ? told(
        run,
        'Warning',
        'TooManyMissedTimes',
        'too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew',
      )
    : run
  return makeJob({ ...warned, wakesAfter }, due.scheduled, zone)
}

/** The cron job's own part: what its schedule asks for now, and when to look again. */
export const schedule: Step = run => {
  const { metadata, spec } = run.cronJob
  if (metadata.deletionTimestamp !== undefined) return rests(run, 'it is being deleted')
  const zone = spec?.timeZone === undefined ? utc : zoneOf(spec.timeZone)
  if (!zone) {
    const name = spec?.timeZone ?? ''
    const message = `invalid timeZone: ${JSON.stringify(name)}: unknown time zone ${name}`
    return rests(told(run, 'Warning', 'UnknownTimeZone', message), message)
  }
  if (spec?.suspend) return rests(run, 'it is suspended')
  const parsed = parseSchedule(spec?.schedule ?? '')
  if (E.isLeft(parsed)) {
    const message = `unparseable schedule: ${JSON.stringify(spec?.schedule ?? '')} : ${parsed.left}`
    return rests(told(run, 'Warning', 'UnparseableSchedule', message), message)
  }
  return followSchedule(run, parsed.right, zone)
}
