import { isPodTerminated } from '@periplus/kinds'
import { maxSurge, replicasOf } from './limits.ts'
import { podsOf, rescaled, sizeOf } from './rollout.ts'
import type { Rollout, Step } from './rollout.ts'

/** Recreate, first half: everything old goes. */
export const stopOldSets: Step = rollout => {
  const running = rollout.oldSets.filter(set => sizeOf(set) > 0)
  if (running.length === 0) return rollout
  return {
    ...rollout,
    oldSets: rollout.oldSets.map(set => (sizeOf(set) > 0 ? rescaled(set, 0, ...goals(rollout)) : set)),
    why: [...rollout.why, `stopping ${running.map(set => set.metadata.name).join(', ')} before anything new starts`],
  }
}

/** Whether anything of the old may still run, pods that are terminating included. */
export const oldPodsRun = ({ cut, oldSets }: Rollout): boolean =>
  oldSets.some(set => sizeOf(set) > 0 || podsOf(cut, set).some(pod => !isPodTerminated(pod)))

/** Recreate, second half: the new ReplicaSet at its whole size. */
export const startNewSet: Step = rollout => {
  const { newSet, deployment } = rollout
  const wanted = replicasOf(deployment)
  if (!newSet || sizeOf(newSet) === wanted) return rollout
  return {
    ...rollout,
    newSet: rescaled(newSet, wanted, ...goals(rollout)),
    why: [...rollout.why, `scaling ${newSet.metadata?.name} from ${sizeOf(newSet)} to ${wanted}`],
  }
}

const goals = ({ deployment }: Rollout): [number, number] => {
  const wanted = replicasOf(deployment)
  return [wanted, wanted + maxSurge(deployment)]
}
