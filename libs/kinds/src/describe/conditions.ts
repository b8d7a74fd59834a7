import { formatTime } from '@periplus/api'

/** What conditions of all kinds have in common. */
export interface ConditionLike {
  readonly type: string
  readonly status: string
  readonly lastTransitionTime?: string
}

/** The condition of a type, if it is there. */
export const getCondition = <C extends { readonly type: string }>(
  conditions: readonly C[] | undefined,
  type: string,
): C | undefined => conditions?.find(condition => condition.type === type)

/** Whether the condition is there and True. */
export const isConditionTrue = (conditions: readonly ConditionLike[] | undefined, type: string): boolean =>
  getCondition(conditions, type)?.status === 'True'

/**
 * The conditions with one of them set, in its place or at the end. `lastTransitionTime` tells when the status last changed:
 * where the status stays as it was, so does the time.
 */
export const setCondition = <C extends ConditionLike>(
  conditions: readonly C[] | undefined,
  condition: C,
): readonly C[] => {
  const current = getCondition(conditions, condition.type)
  if (!current) return [...(conditions ?? []), condition]
  const next =
    current.status === condition.status && current.lastTransitionTime !== undefined
      ? { ...condition, lastTransitionTime: current.lastTransitionTime }
      : condition
  return (conditions ?? []).map(other => (other.type === condition.type ? next : other))
}

/**
 * Since when a condition has this status, RFC 3339: as long as it says, where it has it already, else since `now` (milliseconds
 * since the epoch).
 */
export const transitionTime = (
  conditions: readonly ConditionLike[] | undefined,
  type: string,
  status: string,
  now: number,
): string => {
  const standing = getCondition(conditions, type)
  return (standing?.status === status ? standing.lastTransitionTime : undefined) ?? formatTime(now)
}

/** The conditions without one of them. */
export const removeCondition = <C extends { readonly type: string }>(
  conditions: readonly C[] | undefined,
  type: string,
): readonly C[] => (conditions ?? []).filter(condition => condition.type !== type)
