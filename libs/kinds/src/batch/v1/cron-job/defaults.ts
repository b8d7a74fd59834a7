import { podTemplateDefaults } from '../../../core/v1/pod/spec-defaults.ts'
import type { CronJob } from './schema.ts'

/** Defaults that depend on other fields: only those of the pods, since each job that it makes gets a job's. */
export const cronJobDefaults = (cronJob: CronJob): CronJob => {
  const { spec } = cronJob
  const job = spec?.jobTemplate.spec
  if (!spec || !job) return cronJob
  const filled = { ...job, template: podTemplateDefaults(job.template) }
  return { ...cronJob, spec: { ...spec, jobTemplate: { ...spec.jobTemplate, spec: filled } } }
}
