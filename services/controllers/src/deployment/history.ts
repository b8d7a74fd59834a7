import type { ReplicaSet } from '@periplus/kinds'
import { historyLimit } from './limits.ts'
import { oldestFirst, revisionOf, sizeOf } from './rollout.ts'
import type { Step } from './rollout.ts'

const byRevision = (a: ReplicaSet, b: ReplicaSet): number => {
  const [left, right] = [revisionOf(a), revisionOf(b)]
  return left < right ? -1 : left > right ? 1 : 0
}

/** Marks the oldest revisions beyond the limit for deletion; one that still has pods, or isn't settled, is kept for now. */
export const trimHistory: Step = rollout => {
  const limit = historyLimit(rollout.deployment)
  if (limit === undefined) return rollout
  const present = rollout.oldSets.filter(set => set.metadata.deletionTimestamp === undefined)
  const excess = present.length - limit
  if (excess <= 0) return rollout
  const expired = [...present]
    .sort((a, b) => byRevision(a, b) || oldestFirst(a, b))
    .slice(0, excess)
    .filter(
      set =>
        sizeOf(set) === 0 &&
        (set.status?.replicas ?? 0) === 0 &&
        (set.metadata.generation ?? 0) <= (set.status?.observedGeneration ?? 0),
    )
  if (expired.length === 0) return rollout
  return {
    ...rollout,
    expired,
    why: [...rollout.why, `history keeps ${limit}: deleting ${expired.map(set => set.metadata.name).join(', ')}`],
  }
}
