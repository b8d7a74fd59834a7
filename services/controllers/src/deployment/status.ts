import { removeCondition } from '@periplus/kinds'
import type { DeploymentStatus, ReplicaSet } from '@periplus/kinds'
import { asCount } from '../status/count.ts'
import { withCondition } from './conditions.ts'
import { maxUnavailable, replicasOf } from './limits.ts'
import { allSets, sizeOf, sum } from './rollout.ts'
import type { Rollout } from './rollout.ts'

type Count = 'replicas' | 'readyReplicas' | 'availableReplicas' | 'terminatingReplicas'

const counted = (sets: readonly ReplicaSet[], count: Count): number =>
  asCount(sum(sets, set => set.status?.[count] ?? 0))

/** The counts that the ReplicaSets report, and whether that is enough. */
export const statusOfRollout = (rollout: Rollout): DeploymentStatus => {
  const { deployment, newSet, collisionCount, moment } = rollout
  const sets = allSets(rollout)
  const available = counted(sets, 'availableReplicas')
  const terminating = sets.every(set => set.status?.terminatingReplicas !== undefined)
  const enough = available >= replicasOf(deployment) - maxUnavailable(deployment)
  const conditions = withCondition(
    rollout.conditions,
    'Available',
    enough ? 'True' : 'False',
    enough ? 'MinimumReplicasAvailable' : 'MinimumReplicasUnavailable',
    enough ? 'Deployment has minimum availability.' : 'Deployment does not have minimum availability.',
    moment.now,
  )
  return {
    observedGeneration: deployment.metadata.generation,
    replicas: counted(sets, 'replicas'),
    updatedReplicas: newSet ? counted([newSet], 'replicas') : 0,
    readyReplicas: counted(sets, 'readyReplicas'),
    availableReplicas: available,
    unavailableReplicas: asCount(sum(sets, sizeOf) - available),
    ...(terminating ? { terminatingReplicas: counted(sets, 'terminatingReplicas') } : {}),
    ...(collisionCount === undefined ? {} : { collisionCount }),
    conditions: withFailure(conditions, rollout),
  }
}

/** A ReplicaSet that cannot make its pods is the Deployment's trouble too; the new one's first. */
const withFailure = (
  conditions: Rollout['conditions'],
  { newSet, oldSets, moment }: Rollout,
): Rollout['conditions'] => {
  const failures = [newSet, ...oldSets].flatMap(
    set => set?.status?.conditions?.filter(({ type, status }) => type === 'ReplicaFailure' && status === 'True') ?? [],
  )
  const [failure] = failures
  if (!failure) return removeCondition(conditions, 'ReplicaFailure')
  return withCondition(conditions, 'ReplicaFailure', 'True', failure.reason ?? '', failure.message ?? '', moment.now)
}

/** Everything that is wanted is new, there, and available. */
export const isComplete = (rollout: Rollout, status: DeploymentStatus): boolean => {
  const wanted = replicasOf(rollout.deployment)
  return (
    status.updatedReplicas === wanted &&
    status.replicas === wanted &&
    status.availableReplicas === wanted &&
    (status.observedGeneration ?? 0) >= (rollout.deployment.metadata.generation ?? 0)
  )
}
