import { jobSpecDefaults } from '../job/defaults.ts'
import type { CronJob } from './schema.ts'

/** Defaults that depend on other fields: those of the jobs that it makes. */
export const cronJobDefaults = (cronJob: CronJob): CronJob => {
  const template = cronJob.spec?.jobTemplate
  if (!cronJob.spec || !template?.spec) return cronJob
  return {
    ...cronJob,
    spec: { ...cronJob.spec, jobTemplate: { ...template, spec: jobSpecDefaults(template.spec) } },
  }
}
