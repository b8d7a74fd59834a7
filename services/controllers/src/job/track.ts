import type { Stored } from '@periplus/api'
import { isElastic, isPodReady, isPodTerminating } from '@periplus/kinds'
import type { JobStatus, Pod } from '@periplus/kinds'
import { condition, trueCondition } from './conditions.ts'
import { failureVerdict } from './failure-policy.ts'
import { formatIndexes, totalOf } from './indexes.ts'
import { hasPlace, indexOfPod, isFailed, isIndexed, isLimitedPerIndex, isTracked } from './pod-facts.ts'
import { told } from './sync.ts'
import type { Step, Sync } from './sync.ts'

/** A status names at most this many pods that are not counted yet. */
const mostUncounted = 500

/** How many pods run, are ready, and are going. */
export const tally: Step = sync => ({
  ...sync,
  status: {
    ...sync.status,
    active: sync.active.length,
    ready: sync.active.filter(isPodReady).length,
    terminating: sync.pods.filter(isPodTerminating).length,
  },
})

/** Whether the finalizer may go: of what has ended, but for failures that wait for their successor, and of all once the job is over. */
const mayGo = ({ job, verdict, keptFailures }: Sync, pod: Stored<Pod>): boolean => {
  if (job.metadata.deletionTimestamp !== undefined || verdict || pod.status?.phase === 'Succeeded') return true
  if (!isFailed(pod, job)) return false
  const index = indexOfPod(pod)
  return !isLimitedPerIndex(job) || index === undefined || keptFailures.get(index) !== pod
}

type Count = 'succeeded' | 'failed' | undefined

/** As what a pod is to be counted by its uid. A success with an index isn't: the index itself is remembered. */
const countOf = ({ job, verdict }: Sync, pod: Stored<Pod>): Count => {
  if (!hasPlace(pod, job)) return undefined
  if (pod.status?.phase === 'Succeeded') return isIndexed(job) ? undefined : 'succeeded'
  if (isFailed(pod, job)) return failureVerdict(job, pod).counts ? 'failed' : undefined
  // What still ran when the job failed, failed with it.
  return verdict?.type === 'FailureTarget' ? 'failed' : undefined
}

/**
 * Pods that have ended are first named in the status, then let go, then counted: the status that names them is written, and refused
 * if it is not based on the newest, before any finalizer is removed. So a crash between two of the steps counts nothing twice.
 */
export const trackPods: Step = sync => {
  const { status } = sync
  const uncounted = {
    succeeded: new Set(status.uncountedTerminatedPods?.succeeded),
    failed: new Set(status.uncountedTerminatedPods?.failed),
  }
  const surplus = new Set(sync.released)
  const released: Stored<Pod>[] = []
  for (const pod of sync.pods) {
    if (uncounted.succeeded.size + uncounted.failed.size >= mostUncounted) break
    if (!isTracked(pod) || surplus.has(pod) || !mayGo(sync, pod)) continue
    released.push(pod)
    const count = countOf(sync, pod)
    const { uid } = pod.metadata
    if (count && !uncounted.failed.has(uid) && !uncounted.succeeded.has(uid)) uncounted[count].add(uid)
  }
  return {
    ...sync,
    released: [...sync.released.filter(isTracked), ...released],
    status: {
      ...status,
      uncountedTerminatedPods: {
        ...(uncounted.succeeded.size > 0 ? { succeeded: [...uncounted.succeeded] } : {}),
        ...(uncounted.failed.size > 0 ? { failed: [...uncounted.failed] } : {}),
      },
      ...(isIndexed(sync.job)
        ? { succeeded: countOfIndexes(sync), completedIndexes: formatIndexes(sync.succeededIndexes) }
        : {}),
      ...(sync.failedIndexes ? { failedIndexes: formatIndexes(sync.failedIndexes) } : {}),
    },
  }
}

/** What was counted once stays, though its index be gone: nothing else is taken for a status, but of jobs that shrink. */
const countOfIndexes = ({ job, status, succeededIndexes }: Sync): number => {
  const total = totalOf(succeededIndexes)
  return isElastic(job.spec) ? total : Math.max(total, status.succeeded ?? 0)
}

const conditionsWith = ({ status }: Sync, added: ReturnType<typeof condition>) => ({
  conditions: [...(status.conditions ?? []).filter(({ type }) => type !== added.type), added],
})

/** The job's verdict stands in its status from now on. */
export const noteVerdict: Step = sync => {
  const { verdict, status } = sync
  if (!verdict || trueCondition(status, verdict.type === 'FailureTarget' ? 'FailureTarget' : 'SuccessCriteriaMet'))
    return sync
  return { ...sync, status: { ...status, ...conditionsWith(sync, verdict) } }
}

/**
 * A job that never went on may end all the same, by pods that it was given. One that is over has a start: it began as it ended.
 * Nothing was to begin where no pod was asked for.
 */
const startOf = ({ job, status }: Sync, at: string | undefined): Pick<JobStatus, 'startTime'> =>
  status.startTime !== undefined || at === undefined || (job.spec?.suspend && job.spec.completions === 0)
    ? {}
    : { startTime: at }

/** With a verdict, and once no pod is left to end or to be counted, the job is over. */
export const finish: Step = sync => {
  const { verdict, status, job, moment, pods, deleted, released } = sync
  if (!verdict || released.length > 0 || deleted.length > 0) return sync
  const { succeeded = [], failed = [] } = status.uncountedTerminatedPods ?? {}
  if (succeeded.length + failed.length > 0 || pods.some(isPodTerminating)) return sync
  const { reason = '', message = '' } = verdict
  if (verdict.type === 'FailureTarget') {
    const over = condition('Failed', 'True', reason, message, moment.now)
    const next = { ...status, ...conditionsWith(sync, over), ...startOf(sync, over.lastTransitionTime) }
    return told({ ...sync, status: next }, 'Warning', reason, message)
  }
  const over = condition('Complete', 'True', reason, message, moment.now)
  const ended: Sync = {
    ...sync,
    status: {
      ...status,
      ...conditionsWith(sync, over),
      ...startOf(sync, over.lastTransitionTime),
      ...(over.lastTransitionTime === undefined ? {} : { completionTime: over.lastTransitionTime }),
    },
  }
  const tooMany = (status.succeeded ?? 0) > (job.spec?.completions ?? Infinity)
  return told(
    tooMany
      ? told(ended, 'Warning', 'TooManySucceededPods', 'Too many succeeded pods running after completion count reached')
      : ended,
    'Normal',
    'Completed',
    'Job completed',
  )
}
