import { millisecondsOf } from '@periplus/api'
import type { ContainerStatus } from '@periplus/kinds'
import { condition, trueCondition } from './conditions.ts'
import { failureVerdict } from './failure-policy.ts'
import { totalOf } from './indexes.ts'
import { isFailed } from './pod-facts.ts'
import { because } from './sync.ts'
import type { Step, Sync } from './sync.ts'
import { successByPolicy } from './success-policy.ts'

/** A step that says how the job ends is the last one that does. */
const unlessJudged =
  (step: Step): Step =>
  sync =>
    sync.verdict ? sync : step(sync)

const judged = (sync: Sync, type: 'FailureTarget' | 'SuccessCriteriaMet', reason: string, message: string): Sync =>
  because({ ...sync, verdict: condition(type, 'True', reason, message, sync.moment.now) }, message)

/** What was decided before stands. */
const standing: Step = sync => {
  const verdict = trueCondition(sync.status, 'SuccessCriteriaMet') ?? trueCondition(sync.status, 'FailureTarget')
  return verdict ? because({ ...sync, verdict }, verdict.message ?? '') : sync
}

const byFailurePolicy: Step = sync => {
  const { job, pods } = sync
  if (!job.spec?.podFailurePolicy) return sync
  for (const pod of pods) {
    const message = isFailed(pod, job) ? failureVerdict(job, pod).failsJob : undefined
    if (message !== undefined) return judged(sync, 'FailureTarget', 'PodFailurePolicy', message)
  }
  return sync
}

const restarts = (statuses: readonly ContainerStatus[] = []): number =>
  statuses.reduce((sum, { restartCount }) => sum + restartCount, 0)

/** Containers that start again in their pod are failures too, though the pod has not failed. */
const restartsTooOften = ({ job, pods }: Sync): boolean => {
  if (job.spec?.template.spec?.restartPolicy !== 'OnFailure') return false
  const sum = pods
    .filter(({ status }) => status?.phase === 'Running' || status?.phase === 'Pending')
    .reduce((all, { status }) => all + restarts(status?.initContainerStatuses) + restarts(status?.containerStatuses), 0)
  const limit = job.spec.backoffLimit ?? 0
  return limit === 0 ? sum > 0 : sum >= limit
}

const byBackoffLimit: Step = sync =>
  sync.failed > (sync.job.spec?.backoffLimit ?? 0) || restartsTooOften(sync)
    ? judged(sync, 'FailureTarget', 'BackoffLimitExceeded', 'Job has reached the specified backoff limit')
    : sync

const byDeadline: Step = sync => {
  const { job, status, moment } = sync
  const seconds = job.spec?.activeDeadlineSeconds
  const started = millisecondsOf(status.startTime)
  if (seconds === undefined || started === undefined || job.spec?.suspend) return sync
  const left = started + Number(seconds) * 1000 - moment.now
  if (left > 0) return { ...sync, wakes: [...sync.wakes, left] }
  return judged(sync, 'FailureTarget', 'DeadlineExceeded', 'Job was active longer than specified deadline')
}

const byFailedIndexes: Step = sync => {
  const { job, failedIndexes, succeededIndexes } = sync
  const failed = totalOf(failedIndexes ?? [])
  if (failed > (job.spec?.maxFailedIndexes ?? Infinity)) {
    const message = 'Job has exceeded the specified maximal number of failed indexes'
    return judged(sync, 'FailureTarget', 'MaxFailedIndexesExceeded', message)
  }
  return failed > 0 && failed + totalOf(succeededIndexes) >= (job.spec?.completions ?? 0)
    ? judged(sync, 'FailureTarget', 'FailedIndexes', 'Job has failed indexes')
    : sync
}

const bySuccessPolicy: Step = sync => {
  const message = successByPolicy(sync.job, sync.succeededIndexes)
  return message === undefined ? sync : judged(sync, 'SuccessCriteriaMet', 'SuccessPolicy', message)
}

/**
 * Without a number of completions, one success is enough once no pod runs any more; with one, that many are. Looked at after it is
 * clear which pods are still to run.
 */
const byCompletions: Step = sync => {
  const { job, succeeded, active, created } = sync
  const { completions } = job.spec ?? {}
  const enough = completions === undefined ? succeeded > 0 : succeeded >= completions
  return enough && active.length === 0 && created.length === 0
    ? judged(sync, 'SuccessCriteriaMet', 'CompletionsReached', 'Reached expected number of succeeded pods')
    : sync
}

/** How the job ends, where that is known before any pod is made or deleted, in Kubernetes' order of precedence. */
export const judgements: readonly Step[] = [
  standing,
  ...[byFailurePolicy, byBackoffLimit, byDeadline, byFailedIndexes, bySuccessPolicy].map(unlessJudged),
]

export const judgeCompletions: Step = unlessJudged(byCompletions)
