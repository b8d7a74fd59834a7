/** Kubernetes' names for what a job leaves on its pods. */

/** Holds a pod until the job has counted it. */
export const trackingFinalizer = 'batch.kubernetes.io/job-tracking'

/** Annotation and label of an indexed pod. */
export const completionIndex = 'batch.kubernetes.io/job-completion-index'

/** How often pods of this index failed before this one, as far as failures count. */
export const indexFailures = 'batch.kubernetes.io/job-index-failure-count'

/** The same of the failures that `podFailurePolicy` ignores. */
export const ignoredIndexFailures = 'batch.kubernetes.io/job-index-ignored-failure-count'

/** Environment variable that tells a container its index. */
export const indexVariable = 'JOB_COMPLETION_INDEX'

/** The `managedBy` that means this controller. */
export const controllerName = 'kubernetes.io/job-controller'
