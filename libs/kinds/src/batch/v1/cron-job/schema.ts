import { ObjectMeta, schema } from '@periplus/api'
import type { TypeOf } from '@periplus/api'
import { ObjectReference } from '../../../core/v1/references.ts'
import { typeMeta } from '../../../describe/type-meta.ts'
import { JobSpec } from '../job/spec.ts'

const { boolean, int32, int64, list, optional, required, string, struct, time } = schema
const pkg = 'io.k8s.api.batch.v1'

export const JobTemplateSpec = struct(`${pkg}.JobTemplateSpec`, {
  metadata: optional(1, ObjectMeta),
  spec: optional(2, JobSpec),
})
export interface JobTemplateSpec extends TypeOf<typeof JobTemplateSpec> {}

export const CronJobSpec = struct(
  `${pkg}.CronJobSpec`,
  {
    concurrencyPolicy: optional(3, string, {
      default: 'Allow',
      doc: 'Allow, Forbid or Replace a job that still runs.',
    }),
    failedJobsHistoryLimit: optional(7, int32, { default: 1, doc: 'Failed jobs that are kept.' }),
    jobTemplate: required(5, JobTemplateSpec, { doc: 'What its jobs are made from.' }),
    schedule: required(1, string, { doc: 'When, in cron format: minute, hour, day, month, weekday.' }),
    startingDeadlineSeconds: optional(2, int64, { doc: 'Seconds by which a job may be late.' }),
    successfulJobsHistoryLimit: optional(6, int32, { default: 3, doc: 'Succeeded jobs that are kept.' }),
    suspend: optional(4, boolean, { default: false, doc: 'While true, no new job is made.' }),
    timeZone: optional(8, string, { doc: 'Time zone of the schedule.' }),
  },
  { doc: 'Which jobs are made, and when.' },
)
export interface CronJobSpec extends TypeOf<typeof CronJobSpec> {}

export const CronJobStatus = struct(`${pkg}.CronJobStatus`, {
  active: optional(1, list(ObjectReference), { listType: 'atomic' }),
  lastScheduleTime: optional(4, time),
  lastSuccessfulTime: optional(5, time),
})
export interface CronJobStatus extends TypeOf<typeof CronJobStatus> {}

export const CronJobSchema = struct(
  `${pkg}.CronJob`,
  {
    ...typeMeta,
    metadata: optional(1, ObjectMeta),
    spec: required(2, CronJobSpec),
    status: optional(3, CronJobStatus),
  },
  { doc: 'Makes jobs at given times.' },
)
export interface CronJob extends TypeOf<typeof CronJobSchema> {}
