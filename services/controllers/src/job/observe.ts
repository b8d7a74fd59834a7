import type { Stored } from '@periplus/api'
import type { Moment } from '@periplus/controller'
import { isPodActive } from '@periplus/kinds'
import type { Job, JobStatus, Pod } from '@periplus/kinds'
import type { Cut } from '@periplus/projection'
import { failureVerdict } from './failure-policy.ts'
import { finishTime } from './finish-time.ts'
import { includes, indexesOf, parseIndexes, totalOf, union } from './indexes.ts'
import type { Indexes } from './indexes.ts'
import {
  byIndex,
  failuresBefore,
  hasPlace,
  ignoredBefore,
  indexOfPod,
  isFailed,
  isIndexed,
  isLimitedPerIndex,
  isTracked,
} from './pod-facts.ts'
import type { Sync } from './sync.ts'

/** More than an int32 holds cannot be written, and the job would never end. */
const mostCounted = 2 ** 31 - 1
const counted = (before: number | undefined, more: number): number => Math.min((before ?? 0) + more, mostCounted)

/** The pods that the finalizer held until they were counted, and holds no more, move from the list of the uncounted to the counters. */
const countReleased = (status: JobStatus, pods: readonly Stored<Pod>[]): JobStatus => {
  const held = new Set(pods.filter(isTracked).map(({ metadata }) => metadata.uid))
  const { succeeded = [], failed = [] } = status.uncountedTerminatedPods ?? {}
  const left = { succeeded: succeeded.filter(uid => held.has(uid)), failed: failed.filter(uid => held.has(uid)) }
  return {
    ...status,
    succeeded: counted(status.succeeded, succeeded.length - left.succeeded.length),
    failed: counted(status.failed, failed.length - left.failed.length),
    uncountedTerminatedPods: left,
  }
}

const placesOf = (pods: readonly Stored<Pod>[]): Indexes =>
  indexesOf(pods.map(indexOfPod).filter(index => index !== undefined))

/** Whether a failed pod is the last that its index may have. */
const endsIndex = (pod: Pod, job: Job): boolean => {
  if (!isFailed(pod, job)) return false
  const { counts, failsIndex } = failureVerdict(job, pod)
  return failsIndex || (counts && failuresBefore(pod) >= (job.spec?.backoffLimitPerIndex ?? 0))
}

/** Of two failed pods of one index, whether the second knows more of its failures. */
const supersedes = (kept: Pod | undefined, pod: Pod): boolean =>
  kept === undefined ||
  (failuresBefore(kept) + ignoredBefore(kept) <= failuresBefore(pod) + ignoredBefore(pod) &&
    finishTime(pod) >= finishTime(kept))

const failuresToKeep = (
  job: Job,
  candidates: readonly Stored<Pod>[],
  settled: Indexes,
): ReadonlyMap<number, Stored<Pod>> => {
  const kept = new Map<number, Stored<Pod>>()
  for (const pod of candidates) {
    const index = indexOfPod(pod)
    if (index === undefined || !isFailed(pod, job) || includes(settled, index)) continue
    if (supersedes(kept.get(index), pod)) kept.set(index, pod)
  }
  return kept
}

/** What there is to know of a job before anything is decided about it. */
export const observe = (cut: Cut, moment: Moment, job: Stored<Job>, found: readonly Stored<Pod>[]): Sync => {
  const pods = isIndexed(job) ? [...found].sort(byIndex) : found
  const status = countReleased(job.status ?? {}, pods)
  const active = pods.filter(isPodActive)
  const completions = job.spec?.completions ?? 0
  const uncounted = {
    succeeded: new Set(status.uncountedTerminatedPods?.succeeded),
    failed: new Set(status.uncountedTerminatedPods?.failed),
  }

  const tracked = pods.filter(pod => isTracked(pod) && hasPlace(pod, job))
  const ended = tracked.filter(({ status: now }) => now?.phase === 'Succeeded')
  const newlySucceeded = ended.filter(({ metadata }) => !uncounted.succeeded.has(metadata.uid))
  const newlyFailed = tracked.filter(
    pod => isFailed(pod, job) && !uncounted.failed.has(pod.metadata.uid) && failureVerdict(job, pod).counts,
  )

  const succeededIndexes = isIndexed(job)
    ? union(parseIndexes(status.completedIndexes, completions), placesOf(ended))
    : []
  const failedIndexes = isLimitedPerIndex(job)
    ? union(parseIndexes(status.failedIndexes, completions), placesOf(tracked.filter(pod => endsIndex(pod, job))))
    : undefined
  return {
    cut,
    moment,
    job,
    pods,
    active,
    status,
    succeeded: isIndexed(job)
      ? totalOf(succeededIndexes)
      : (status.succeeded ?? 0) + uncounted.succeeded.size + newlySucceeded.length,
    failed: (status.failed ?? 0) + uncounted.failed.size + newlyFailed.length,
    succeededIndexes,
    failedIndexes,
    keptFailures: failedIndexes
      ? failuresToKeep(job, tracked, union(union(succeededIndexes, failedIndexes), placesOf(active)))
      : new Map(),
    verdict: undefined,
    released: [],
    deleted: [],
    created: [],
    wakes: [],
    drafts: [],
    why: [],
  }
}
