import type { Deployment, ReplicaSet } from '@periplus/kinds'
import * as annotation from './annotations.ts'
import { isRecreate, maxSurge, replicasOf } from './limits.ts'
import { allSets, availablePods, oldestFirst, rescaled, sizeOf, sum } from './rollout.ts'
import type { Rollout, Step } from './rollout.ts'

const annotated = (set: ReplicaSet, name: string): number | undefined => {
  const text = set.metadata?.annotations?.[name]
  return text === undefined || text === '' || Number.isNaN(Number(text)) ? undefined : Number(text)
}

/** The Deployment's size changed since its ReplicaSets were scaled. */
export const wasScaled = (rollout: Rollout): boolean =>
  allSets(rollout).some(set => {
    const desired = annotated(set, annotation.desiredReplicas)
    return sizeOf(set) > 0 && desired !== undefined && desired !== replicasOf(rollout.deployment)
  })

/** Scales what there is to the Deployment's size; in the middle of a rollout, each ReplicaSet by its share. */
export const scaleInProportion: Step = rollout => {
  const { deployment, newSet, oldSets } = rollout
  const wanted = replicasOf(deployment)
  const only = activeOrLatest(rollout)
  // Also where it has that size already, as one that was still to grow: it has to say what it was scaled for.
  if (only)
    return sizeOf(only) === wanted && !wasScaled(rollout) ? rollout : applied(rollout, new Map([[only, wanted]]))
  if (newSet && isSaturated(rollout, newSet))
    return applied(rollout, new Map(oldSets.filter(set => sizeOf(set) > 0).map(set => [set, 0])))
  return isRecreate(deployment) ? rollout : applied(rollout, shares(rollout))
}

const activeOrLatest = (rollout: Rollout): ReplicaSet | undefined => {
  const active = allSets(rollout).filter(set => sizeOf(set) > 0)
  if (active.length > 1) return undefined
  return active[0] ?? rollout.newSet ?? [...rollout.oldSets].sort(oldestFirst).at(-1)
}

const isSaturated = (rollout: Rollout, newSet: ReplicaSet): boolean => {
  const wanted = replicasOf(rollout.deployment)
  return (
    sizeOf(newSet) === wanted &&
    annotated(newSet, annotation.desiredReplicas) === wanted &&
    availablePods(rollout, newSet) === wanted
  )
}

/** Sizes that share out what is to be added or removed; the largest ReplicaSet takes what rounding leaves. */
const shares = (rollout: Rollout): ReadonlyMap<ReplicaSet, number> => {
  const { deployment } = rollout
  const wanted = replicasOf(deployment)
  const sets = allSets(rollout).filter(set => sizeOf(set) > 0)
  const allowed = wanted > 0 ? wanted + maxSurge(deployment) : 0
  const toAdd = allowed - sum(sets, sizeOf)
  const ordered = [...sets].sort((a, b) => sizeOf(b) - sizeOf(a) || (toAdd > 0 ? oldestFirst(b, a) : oldestFirst(a, b)))
  const sizes = new Map<ReplicaSet, number>()
  let added = 0
  for (const set of ordered) {
    const part = toAdd === 0 ? 0 : share(set, deployment, toAdd, added)
    sizes.set(set, sizeOf(set) + part)
    added += part
  }
  const [largest] = ordered
  if (largest) sizes.set(largest, Math.max(0, (sizes.get(largest) ?? 0) + toAdd - added))
  return sizes
}

const share = (set: ReplicaSet, deployment: Deployment, toAdd: number, added: number): number => {
  const allowed = toAdd - added
  if (sizeOf(set) === 0 || allowed === 0) return 0
  const fraction = fractionOf(set, deployment)
  return toAdd > 0 ? Math.min(fraction, allowed) : Math.max(fraction, allowed)
}

/** By how much it grows when it keeps its part of the whole. */
const fractionOf = (set: ReplicaSet, deployment: Deployment): number => {
  const wanted = replicasOf(deployment)
  if (wanted === 0) return -sizeOf(set)
  const before = annotated(set, annotation.maxReplicas) ?? deployment.status?.replicas ?? 0
  if (before === 0) return 0
  return Math.round((sizeOf(set) * (wanted + maxSurge(deployment))) / before) - sizeOf(set)
}

const applied = (rollout: Rollout, sizes: ReadonlyMap<ReplicaSet, number>): Rollout => {
  const wanted = replicasOf(rollout.deployment)
  const most = wanted + maxSurge(rollout.deployment)
  const scaled = <A extends ReplicaSet>(set: A): A => {
    const size = sizes.get(set)
    return size === undefined ? set : rescaled(set, size, wanted, most)
  }
  const changes = [...sizes].filter(([set, size]) => sizeOf(set) !== size)
  return {
    ...rollout,
    newSet: rollout.newSet && scaled(rollout.newSet),
    oldSets: rollout.oldSets.map(scaled),
    why: [
      ...rollout.why,
      ...changes.map(([set, size]) => `scaling ${set.metadata?.name} from ${sizeOf(set)} to ${size}`),
    ],
  }
}
