import type { ReplicaSet } from '@periplus/kinds'
import { isRecreate, maxSurge, replicasOf } from './limits.ts'
import { possiblePods, sizeOf, sum } from './rollout.ts'
import type { Rollout } from './rollout.ts'

/**
 * How large the new ReplicaSet may become now: the wanted size, but no more pods altogether than the surge allows. Pods that
 * a smaller ReplicaSet has not deleted yet count too, so the limit holds at every moment.
 */
export const newSetSize = (rollout: Rollout, newSet: ReplicaSet): number => {
  const { deployment, oldSets } = rollout
  const wanted = replicasOf(deployment)
  const present = sizeOf(newSet)
  if (isRecreate(deployment)) return wanted
  const pods = sum([...oldSets, newSet], set => possiblePods(rollout, set))
  const room = wanted + maxSurge(deployment) - pods
  return room <= 0 ? present : present + Math.min(room, Math.max(wanted - present, 0))
}
