import { getCondition, removeCondition } from '@periplus/kinds'
import { goQuote, millisecondsOf } from '@periplus/api'
import type { DeploymentCondition, DeploymentStatus } from '@periplus/kinds'
import { renewedCondition, withCondition } from './conditions.ts'
import { progressDeadline } from './limits.ts'
import type { Rollout } from './rollout.ts'
import { isComplete } from './status.ts'

export interface Progress {
  readonly status: DeploymentStatus
  /** Milliseconds until the deadline must be looked at. */
  readonly requeueAfter: number | undefined
}

/** Whether the rollout is done, gets on, or has stood still for longer than its deadline allows. */
export const progressOf = (rollout: Rollout, status: DeploymentStatus): Progress => {
  const { deployment, moment, newSet } = rollout
  const { now } = moment
  const deadline = progressDeadline(deployment)
  const conditions = status.conditions ?? []
  if (deadline === undefined)
    return { status: { ...status, conditions: removeCondition(conditions, 'Progressing') }, requeueAfter: undefined }

  const current = getCondition(conditions, 'Progressing')
  // A finished rollout stays finished when pods come and go.
  if (status.replicas === status.updatedReplicas && current?.reason === 'NewReplicaSetAvailable')
    return { status, requeueAfter: undefined }
  const who = newSet
    ? `ReplicaSet ${goQuote(newSet.metadata?.name ?? '')}`
    : `Deployment ${goQuote(deployment.metadata.name)}`
  const becoming = (after: Rollout['conditions']): Progress => {
    const next = { ...status, conditions: after }
    return { status: next, requeueAfter: untilDeadline(rollout, next, deadline) }
  }
  if (isComplete(rollout, status))
    return becoming(
      withCondition(
        conditions,
        'Progressing',
        'True',
        'NewReplicaSetAvailable',
        `${who} has successfully progressed.`,
        now,
      ),
    )
  if (gotOn(rollout, status))
    return becoming(
      renewedCondition(conditions, 'Progressing', 'True', 'ReplicaSetUpdated', `${who} is progressing.`, now),
    )
  if (timedOut(current, deadline, now))
    return becoming(
      withCondition(
        conditions,
        'Progressing',
        'False',
        'ProgressDeadlineExceeded',
        `${who} has timed out progressing.`,
        now,
      ),
    )
  return becoming(conditions)
}

/** More new pods, fewer old ones, or more that are ready or available than when the status was last written. */
const gotOn = ({ deployment }: Rollout, next: DeploymentStatus): boolean => {
  const before = deployment.status ?? {}
  const count = (
    status: DeploymentStatus,
    name: 'replicas' | 'updatedReplicas' | 'readyReplicas' | 'availableReplicas',
  ) => status[name] ?? 0
  const old = (status: DeploymentStatus): number => count(status, 'replicas') - count(status, 'updatedReplicas')
  return (
    count(next, 'updatedReplicas') > count(before, 'updatedReplicas') ||
    old(next) < old(before) ||
    count(next, 'readyReplicas') > count(before, 'readyReplicas') ||
    count(next, 'availableReplicas') > count(before, 'availableReplicas')
  )
}

type Condition = DeploymentCondition | undefined

const settled = (condition: Condition): boolean =>
  condition === undefined ||
  condition.reason === 'NewReplicaSetAvailable' ||
  condition.reason === 'ProgressDeadlineExceeded'

const deadlineOf = (condition: Condition, seconds: number): number =>
  (millisecondsOf(condition?.lastUpdateTime) ?? 0) + seconds * 1000

const timedOut = (condition: Condition, seconds: number, now: number): boolean =>
  condition?.reason === 'ProgressDeadlineExceeded' || (!settled(condition) && deadlineOf(condition, seconds) < now)

/** A second later than the deadline, because times in conditions have no fractions. */
const untilDeadline = (rollout: Rollout, status: DeploymentStatus, seconds: number): number | undefined => {
  const condition = getCondition(status.conditions ?? [], 'Progressing')
  if (settled(condition) || isComplete(rollout, status)) return undefined
  return Math.max(1000, deadlineOf(condition, seconds) - rollout.moment.now + 1000)
}
