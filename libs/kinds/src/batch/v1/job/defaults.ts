import { podTemplateDefaults } from '../../../core/v1/pod/spec-defaults.ts'
import type { Job } from './schema.ts'
import type { JobSpec } from './spec.ts'

/** With a limit for each index, there is none for all. */
const unlimited = 2 ** 31 - 1

/** Defaults of a job's spec; a cron job leaves them to the jobs that it makes. */
const jobSpecDefaults = (spec: JobSpec): JobSpec => {
  const both = spec.completions === undefined && spec.parallelism === undefined
  return {
    backoffLimit: spec.backoffLimitPerIndex === undefined ? 6 : unlimited,
    completionMode: 'NonIndexed',
    manualSelector: false,
    parallelism: 1,
    podReplacementPolicy: spec.podFailurePolicy ? 'Failed' : 'TerminatingOrFailed',
    suspend: false,
    ...(both && { completions: 1 }),
    ...spec,
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
