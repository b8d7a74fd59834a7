import { maxSurge, maxUnavailable, replicasOf } from './limits.ts'
import { newSetSize } from './new-set-size.ts'
import { availablePods, oldestFirst, rescaled, sizeOf, sum, uselessPods } from './rollout.ts'
import type { Rollout, Step } from './rollout.ts'

const resize = (rollout: Rollout, name: string | undefined, replicas: number): Rollout => {
  const wanted = replicasOf(rollout.deployment)
  const most = wanted + maxSurge(rollout.deployment)
  const { newSet } = rollout
  if (newSet && newSet.metadata?.name === name) return { ...rollout, newSet: rescaled(newSet, replicas, wanted, most) }
  return {
    ...rollout,
    oldSets: rollout.oldSets.map(set => (set.metadata.name === name ? rescaled(set, replicas, wanted, most) : set)),
  }
}

const saying = (rollout: Rollout, why: string): Rollout => ({ ...rollout, why: [...rollout.why, why] })

/** Grows the new ReplicaSet as far as the surge allows, or shrinks one that is too large. */
export const growNewSet: Step = rollout => {
  const { newSet, deployment } = rollout
  if (!newSet) return rollout
  const wanted = replicasOf(deployment)
  const present = sizeOf(newSet)
  const size = present > wanted ? wanted : newSetSize(rollout, newSet)
  if (size === present) return rollout
  const { name } = newSet.metadata ?? {}
  return saying(resize(rollout, name, size), `scaling ${name} from ${present} to ${size} of ${wanted}`)
}

/** Shrinks the old ReplicaSets as far as availability allows: first by pods that are of no use, then by good ones. */
export const shrinkOldSets: Step = rollout => {
  const { deployment, newSet, oldSets } = rollout
  if (!newSet || sum(oldSets, sizeOf) === 0) return rollout
  const minimum = replicasOf(deployment) - maxUnavailable(deployment)
  const newUnavailable = sizeOf(newSet) - availablePods(rollout, newSet)
  const spare = sum([...oldSets, newSet], sizeOf) - minimum - newUnavailable
  if (spare <= 0) return saying(rollout, `${minimum} pods must stay available: waiting for new ones`)
  return shrinkHealthy(shrinkUnhealthy(rollout, spare), minimum)
}

const shrinkUnhealthy = (rollout: Rollout, spare: number): Rollout =>
  shrink(rollout, spare, set => uselessPods(rollout, set))

const shrinkHealthy = (rollout: Rollout, minimum: number): Rollout => {
  const { oldSets, newSet } = rollout
  const available = sum(newSet ? [...oldSets, newSet] : oldSets, set => availablePods(rollout, set))
  return shrink(rollout, available - minimum, sizeOf)
}

const shrink = (rollout: Rollout, limit: number, most: (set: Rollout['oldSets'][number]) => number): Rollout => {
  let left = limit
  let after = rollout
  for (const set of [...rollout.oldSets].sort(oldestFirst)) {
    const less = Math.min(left, most(set))
    if (less <= 0) continue
    left -= less
    const size = sizeOf(set) - less
    after = saying(
      resize(after, set.metadata.name, size),
      `scaling ${set.metadata.name} from ${sizeOf(set)} to ${size}`,
    )
  }
  return after
}
