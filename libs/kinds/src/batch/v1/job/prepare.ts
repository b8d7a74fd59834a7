import type { Job } from './schema.ts'

/** Labels by which the pods of a job are known; the ones without a prefix are kept for older clients. */
export const labelsOf = (job: Job): Readonly<Record<string, string>> => ({
  'batch.kubernetes.io/controller-uid': job.metadata?.uid ?? '',
  'batch.kubernetes.io/job-name': job.metadata?.name ?? '',
  'controller-uid': job.metadata?.uid ?? '',
  'job-name': job.metadata?.name ?? '',
})

/** Unless its author chose a selector, a job selects by its own uid: no pod of another job can be taken for one of its own. */
export const prepareJobForCreate = (job: Job): Job => {
  const { spec } = job
  if (!spec || spec.manualSelector) return { ...job, status: {} }
  const { template } = spec
  return {
    ...job,
    spec: {
      ...spec,
      selector: {
        ...spec.selector,
        matchLabels: {
          ...spec.selector?.matchLabels,
          'batch.kubernetes.io/controller-uid': job.metadata?.uid ?? '',
        },
      },
      template: {
        ...template,
        metadata: { ...template.metadata, labels: { ...template.metadata?.labels, ...labelsOf(job) } },
      },
    },
    status: {},
  }
}
