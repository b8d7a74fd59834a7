import { fieldError } from '@periplus/api'
import type { FieldError, FieldPath } from '@periplus/api'
import type { Steps } from '@periplus/prelude'
import { nonNegative, requiredOneOf } from '../../../validation/values.ts'
import type { JobSpec } from '../job/spec.ts'
import { jobSpecErrors } from '../job/validation.ts'
import { scheduleComplaint } from './schedule.ts'
import type { CronJob } from './schema.ts'
import { timeZoneErrors } from './time-zone.ts'

const { invalid, notSupported, required } = fieldError

/** The name becomes a prefix of job names: eleven characters are kept for the time. */
const longestName = 52

/** The jobs select their pods by themselves. One that is left out is an empty one. */
function* jobTemplateErrors(path: FieldPath, spec: JobSpec = { template: {} }): Steps<readonly FieldError[]> {
  return [
    ...(yield* jobSpecErrors(path, spec)),
    ...(spec.selector ? [invalid(`${path}.selector`, spec.selector, '`selector` will be auto-generated')] : []),
    ...(spec.manualSelector ? [notSupported(`${path}.manualSelector`, true, ['nil', 'false'])] : []),
  ]
}

/** What is wrong with a cron job. */
export function* cronJobErrors({ metadata, spec }: CronJob): Steps<readonly FieldError[]> {
  if (!spec) return [required('spec.schedule')]
  const complaint = scheduleComplaint(spec.schedule)
  const name = metadata?.name ?? ''
  return [
    ...(spec.schedule === '' ? [required('spec.schedule')] : []),
    ...(spec.schedule !== '' && complaint ? [invalid('spec.schedule', spec.schedule, complaint)] : []),
    ...(spec.schedule.includes('TZ')
      ? [invalid('spec.schedule', spec.schedule, 'cannot use TZ or CRON_TZ in schedule, use timeZone field instead')]
      : []),
    ...timeZoneErrors('spec.timeZone', spec.timeZone),
    ...nonNegative('spec.startingDeadlineSeconds', spec.startingDeadlineSeconds),
    ...requiredOneOf('spec.concurrencyPolicy', spec.concurrencyPolicy ?? 'Allow', ['Allow', 'Forbid', 'Replace']),
    ...nonNegative('spec.successfulJobsHistoryLimit', spec.successfulJobsHistoryLimit),
    ...nonNegative('spec.failedJobsHistoryLimit', spec.failedJobsHistoryLimit),
    ...(yield* jobTemplateErrors('spec.jobTemplate.spec', spec.jobTemplate.spec)),
    ...(name.length > longestName ? [invalid('metadata.name', name, 'must be no more than 52 characters')] : []),
  ]
}
