import type { Stored } from '@periplus/api'
import { isPodTerminated } from '@periplus/kinds'
import type { Job, Pod } from '@periplus/kinds'
import { completionIndex, ignoredIndexFailures, indexFailures, trackingFinalizer } from './names.ts'

const digits = /^[0-9]{1,10}$/
const mostOfInt32 = 2 ** 31 - 1

const countIn = (pod: Pod, annotation: string): number | undefined => {
  const text = pod.metadata?.annotations?.[annotation] ?? ''
  const count = digits.test(text) ? Number(text) : undefined
  return count !== undefined && count <= mostOfInt32 ? count : undefined
}

/** Whether the job has yet to count the pod, or to let it go. */
export const isTracked = (pod: Pod): boolean => pod.metadata?.finalizers?.includes(trackingFinalizer) ?? false

/** The index that a pod works on; `undefined` without one, or for a text that is none. */
export const indexOfPod = (pod: Pod): number | undefined => countIn(pod, completionIndex)

/** Failures of the pod's index before this pod that count towards its limit; whatever cannot be read counts as none. */
export const failuresBefore = (pod: Pod): number => countIn(pod, indexFailures) ?? 0

/** Failures of the pod's index before this pod that a policy ignored. */
export const ignoredBefore = (pod: Pod): number => countIn(pod, ignoredIndexFailures) ?? 0

/** Whether the job works on indexes. */
export const isIndexed = ({ spec }: Job): boolean => spec?.completionMode === 'Indexed'

/** Whether each index has a limit of its own. */
export const isLimitedPerIndex = (job: Job): boolean => isIndexed(job) && job.spec?.backoffLimitPerIndex !== undefined

/** Whether a pod is replaced only once its containers have ended, and not as soon as it is asked to go. */
export const replacesEndedOnly = ({ spec }: Job): boolean =>
  spec?.podReplacementPolicy === 'Failed' || spec?.podFailurePolicy !== undefined

/** Whether a pod counts as failed: one that is asked to go might never get to say so itself. */
export const isFailed = (pod: Pod, job: Job): boolean =>
  pod.status?.phase === 'Failed' ||
  (!replacesEndedOnly(job) && pod.metadata?.deletionTimestamp !== undefined && !isPodTerminated(pod))

/** Whether a pod of the job can count at all: one of an indexed job must name an index that the job has. */
export const hasPlace = (pod: Pod, job: Job): boolean => {
  if (!isIndexed(job)) return true
  const index = indexOfPod(pod)
  return index !== undefined && index < (job.spec?.completions ?? 0)
}

/** Pods by rising index, those without one first; a status takes them up in this order. */
export const byIndex = (a: Stored<Pod>, b: Stored<Pod>): number => (indexOfPod(a) ?? -1) - (indexOfPod(b) ?? -1)
