import { groupVersion, millisecondsOf } from '@periplus/api'
import type { Stored } from '@periplus/api'
import { Job } from '@periplus/kinds'
import type { ObjectReference } from '@periplus/kinds'
import { terminalCondition } from '../job/conditions.ts'
import { scheduledAnnotation } from './new-job.ts'
import { told } from './run.ts'
import type { Run, Step } from './run.ts'

const startOf = ({ status }: Stored<Job>): number => millisecondsOf(status?.startTime) ?? Infinity

const byStart = (a: Stored<Job>, b: Stored<Job>): number =>
  Math.sign(startOf(a) - startOf(b)) || (a.metadata.name < b.metadata.name ? -1 : 1)

/** Jobs that are to go, with an Event for each; those that are going already are left to it. */
export const withoutJobs = (run: Run, jobs: readonly Stored<Job>[]): Run => {
  const deleted = jobs.filter(({ metadata }) => metadata.deletionTimestamp === undefined)
  const left: Run = {
    ...run,
    deleted: [...run.deleted, ...deleted],
    jobs: run.jobs.filter(job => !jobs.includes(job)),
    active: run.active.filter(job => !jobs.includes(job)),
  }
  return deleted.reduce<Run>(
    (next, { metadata }) => told(next, 'Normal', 'SuccessfulDelete', `Deleted job ${metadata.name}`),
    left,
  )
}

/** Of the jobs that are over, the oldest go beyond so many of each outcome. */
export const trimHistory: Step = run => {
  const { spec } = run.cronJob
  const surplus = (type: string, most: number | undefined): readonly Stored<Job>[] => {
    const over = run.jobs.filter(({ status }) => terminalCondition(status)?.type === type)
    return most === undefined ? [] : [...over].sort(byStart).slice(0, Math.max(0, over.length - most))
  }
  return withoutJobs(run, [
    ...surplus('Complete', spec?.successfulJobsHistoryLimit),
    ...surplus('Failed', spec?.failedJobsHistoryLimit),
  ])
}

const referenceTo = ({ metadata }: Stored<Job>): ObjectReference => ({
  apiVersion: groupVersion(Job),
  kind: Job.kind,
  namespace: metadata.namespace,
  name: metadata.name,
  uid: metadata.uid,
  resourceVersion: metadata.resourceVersion,
})

const lastSuccess = ({ jobs, status }: Run): string | undefined =>
  jobs
    .filter(job => terminalCondition(job.status)?.type === 'Complete')
    .map(job => job.status?.completionTime)
    .reduce((last, time) => {
      return (millisecondsOf(time) ?? -Infinity) > (millisecondsOf(last) ?? -Infinity) ? time : last
    }, status.lastSuccessfulTime)

/** Which jobs run: the status lists those that the cron job made, and people are told of those that end or go. */
export const noteJobs: Step = run => {
  const listed = run.status.active ?? []
  const byUid = new Map([...run.jobs, ...run.deleted].map(job => [job.metadata.uid, job]))
  const known = new Set(listed.map(({ uid }) => uid))
  let next = run
  for (const { uid, name } of listed) {
    const job = uid === undefined ? undefined : byUid.get(uid)
    const over = job && terminalCondition(job.status)
    if (!job) next = told(next, 'Normal', 'MissingJob', `Active job went missing: ${name}`)
    else if (over) next = told(next, 'Normal', 'SawCompletedJob', `Saw completed job: ${name}, condition: ${over.type}`)
  }
  for (const { metadata, status } of run.jobs)
    if (!known.has(metadata.uid) && !terminalCondition(status) && !metadata.annotations?.[scheduledAnnotation]) {
      const message = `Saw a job that the controller did not create or forgot: ${metadata.name}`
      next = told(next, 'Warning', 'UnexpectedJob', message)
    }
  const kept = new Map(listed.map(reference => [reference.uid, reference]))
  const success = lastSuccess(run)
  const active = next.active.map(job => kept.get(job.metadata.uid) ?? referenceTo(job))
  return {
    ...next,
    status: {
      ...next.status,
      active: active.length > 0 ? active : undefined,
      ...(success === undefined ? {} : { lastSuccessfulTime: success }),
    },
  }
}
