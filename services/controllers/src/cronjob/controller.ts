import { isControlledBy, refOf, statusOf } from '@periplus/api'
import type { Stored } from '@periplus/api'
import type { Command } from '@periplus/commands'
import { owned, recordEvents } from '@periplus/controller'
import type { Controller, Decision, EventDraft, Key, Moment } from '@periplus/controller'
import { CronJob, Job } from '@periplus/kinds'
import { byOwner } from '@periplus/projection'
import type { Cut } from '@periplus/projection'
import { terminalCondition } from '../job/conditions.ts'
import { writeStatus } from '../status/write-status.ts'
import { noteJobs, trimHistory } from './history.ts'
import { scheduledAnnotation } from './new-job.ts'
import type { Run, Step } from './run.ts'
import { schedule } from './schedule.ts'

const component = 'cronjob-controller'

const observe = (cut: Cut, moment: Moment, cronJob: Stored<CronJob>): Run => {
  const jobs = cut.by(byOwner(Job), cronJob.metadata.uid).filter(job => isControlledBy(job, cronJob))
  const listed = new Set(cronJob.status?.active?.map(({ uid }) => uid))
  const isOurs = ({ metadata }: Stored<Job>): boolean =>
    listed.has(metadata.uid) || metadata.annotations?.[scheduledAnnotation] !== undefined
  return {
    cut,
    moment,
    cronJob,
    jobs,
    active: jobs.filter(job => isOurs(job) && !terminalCondition(job.status)),
    status: cronJob.status ?? {},
    deleted: [],
    created: undefined,
    wakesAfter: undefined,
    drafts: [],
    why: '',
  }
}

const steps: readonly Step[] = [trimHistory, schedule, noteJobs]

/** What is told of the job that the decision before this one could not make or delete. */
const refusalOf = (cronJob: Stored<CronJob>, { refused }: Moment): readonly EventDraft[] => {
  if (refused?.resource !== Job.resource || (refused.verb !== 'create' && refused.verb !== 'delete')) return []
  const { message = '' } = statusOf(refused.refusal)
  return refused.verb === 'create'
    ? [{ regarding: cronJob, type: 'Warning', reason: 'FailedCreate', message: `Error creating job: ${message}` }]
    : [{ regarding: cronJob, type: 'Warning', reason: 'FailedDelete', message: `Deleted job: ${message}` }]
}

const deletion = ({ metadata }: Stored<Job>): Command => ({
  verb: 'delete',
  kind: Job,
  ref: refOf(Job, metadata.namespace ?? '', metadata.name),
  options: { propagationPolicy: 'Background', preconditions: { uid: metadata.uid } },
})

const decide = (cut: Cut, key: Key, moment: Moment): Decision => {
  const cronJob = cut.get(CronJob, key.namespace, key.name)
  if (!cronJob) return { commands: [], why: 'it is gone; its jobs are the garbage collector’s' }
  const run = steps.reduce((state, step) => step(state), observe(cut, moment, cronJob))
  const written = writeStatus(CronJob, cronJob, run.status)
  return {
    commands: [
      // What went wrong is said before it is tried again, because another refusal ends the decision.
      ...recordEvents(cut, moment.now, component, refusalOf(cronJob, moment)),
      ...run.deleted.map(deletion),
      ...(run.created ? [{ verb: 'create' as const, kind: Job, object: run.created }] : []),
      ...(written ? [written] : []),
      ...recordEvents(cut, moment.now, component, run.drafts),
    ],
    ...(run.wakesAfter === undefined ? {} : { requeueAfter: run.wakesAfter }),
    why: run.why,
  }
}

export const cronJobController: Controller = {
  name: 'cronjob',
  version: 1,
  primary: CronJob,
  watches: [owned(Job, CronJob)],
  decide,
}
