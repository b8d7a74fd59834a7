import { controlledBy } from '@periplus/api'
import type { Stored } from '@periplus/api'
import { CronJob } from '@periplus/kinds'
import type { Job } from '@periplus/kinds'
import type { Zone } from './zone.ts'

/** Annotation of a job: for which time it was made. */
export const scheduledAnnotation = 'batch.kubernetes.io/cronjob-scheduled-timestamp'

/** The name of the job of a time, in milliseconds since the epoch: it tells the minute, so that there is one job for each. */
export const jobNameAt = ({ metadata }: Stored<CronJob>, scheduled: number): string =>
  `${metadata.name}-${Math.floor(scheduled / 60_000)}`

const two = (value: number): string => String(value).padStart(2, '0')

/** RFC 3339 as the clocks of the zone show it. */
const inZone = (instant: number, zone: Zone): string => {
  const minutes = Math.round(zone.offsetAt(instant) / 60_000)
  const shown = new Date(instant + minutes * 60_000).toISOString().slice(0, 19)
  if (minutes === 0) return `${shown}Z`
  const size = Math.abs(minutes)
  return `${shown}${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`
}

/** The job of a cron job for a time. */
export const newJob = (cronJob: Stored<CronJob>, scheduled: number, zone: Zone): Job => {
  const { metadata, spec } = cronJob.spec?.jobTemplate ?? {}
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name: jobNameAt(cronJob, scheduled),
      namespace: cronJob.metadata.namespace,
      ...(metadata?.labels ? { labels: metadata.labels } : {}),
      annotations: { ...metadata?.annotations, [scheduledAnnotation]: inZone(scheduled, zone) },
      ownerReferences: [controlledBy(CronJob, cronJob)],
    },
    ...(spec ? { spec } : {}),
  }
}
