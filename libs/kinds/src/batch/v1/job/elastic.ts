import type { JobSpec } from './spec.ts'

/** Whether a job may have fewer indexes than it had: as many as run at once, so that both shrink together. */
export const isElastic = (spec: JobSpec | undefined): boolean =>
  spec?.completionMode === 'Indexed' && spec.completions === spec.parallelism
