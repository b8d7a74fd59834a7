import type { Job, Pod } from '@periplus/kinds'
import { failuresBefore, ignoredBefore, isFailed, isTracked } from './pod-facts.ts'
import { finishTime } from './finish-time.ts'

const first = 10_000
const longest = 600_000

/** Milliseconds that are left of the wait after so many failures in a row, of which the last was at `last`. */
const remaining = (failures: number, last: number, now: number): number => {
  if (failures <= 0) return 0
  const wait = Math.min(first * 2 ** Math.min(failures - 1, 10), longest)
  return Math.max(0, wait - (now - last))
}

/** A pod that was let go before it was deleted, as a surplus one is, did not fail. */
const didFail = (pod: Pod, job: Job): boolean =>
  isFailed(pod, job) && (isTracked(pod) || pod.metadata?.deletionTimestamp === undefined)

/**
 * Milliseconds until the job may make another pod: 10 s after a failure, twice as long after each one more, at most 10 min; a
 * success ends the row. Kubernetes' controller remembers the row; here it is what the pods say, and what the status counts beyond
 * them while nothing has succeeded yet.
 */
export const backoffOfJob = (job: Job, pods: readonly Pod[], now: number): number => {
  const succeeded = pods.filter(pod => pod.status?.phase === 'Succeeded').map(finishTime)
  const failed = pods.filter(pod => didFail(pod, job)).map(finishTime)
  if (failed.length === 0) return 0
  const lastSuccess = succeeded.length > 0 ? Math.max(...succeeded) : -Infinity
  const row = failed.filter(time => time > lastSuccess)
  const { succeeded: successes = 0, failed: failures = 0, uncountedTerminatedPods } = job.status ?? {}
  const known =
    successes === 0 && succeeded.length === 0 ? failures + (uncountedTerminatedPods?.failed?.length ?? 0) : 0
  return row.length === 0 ? 0 : remaining(Math.max(row.length, known), Math.max(...row), now)
}

/** The same for an index whose last pod failed. */
export const backoffOfIndex = (lastFailed: Pod | undefined, now: number): number =>
  lastFailed ? remaining(failuresBefore(lastFailed) + ignoredBefore(lastFailed) + 1, finishTime(lastFailed), now) : 0
