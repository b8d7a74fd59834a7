import { podTemplateDefaults } from '../../../core/v1/pod/spec-defaults.ts'
import type { Job } from './schema.ts'
import type { JobSpec } from './spec.ts'

/** Defaults of a job's spec that depend on other fields; cron jobs have it in their template. */
export const jobSpecDefaults = (spec: JobSpec): JobSpec => {
  const both = spec.completions === undefined && spec.parallelism === undefined
  return {
    ...spec,
    ...(both && { completions: 1 }),
    parallelism: spec.parallelism ?? 1,
    podReplacementPolicy: spec.podReplacementPolicy ?? (spec.podFailurePolicy ? 'Failed' : 'TerminatingOrFailed'),
    template: podTemplateDefaults(spec.template),
  }
}

/** A job without labels of its own has those of its pods, by which it can then be selected. */
const withLabels = (job: Job): Job => {
  const labels = job.spec?.template.metadata?.labels
  return labels && Object.keys(job.metadata?.labels ?? {}).length === 0
    ? { ...job, metadata: { ...job.metadata, labels } }
    : job
}

export const jobDefaults = (job: Job): Job => (job.spec ? withLabels({ ...job, spec: jobSpecDefaults(job.spec) }) : job)
