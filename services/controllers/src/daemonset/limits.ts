import { scaledValue } from '@periplus/api'
import type { DaemonSet } from '@periplus/kinds'
import { E } from '@periplus/prelude'

/** Validation has passed: what can't be read is nothing. */
const scaled = (value: number | string | undefined, total: number): number => {
  const found = scaledValue(value ?? 0, total, 'up')
  return E.isRight(found) ? found.right : 0
}

export const isRolling = ({ spec }: DaemonSet): boolean => spec?.updateStrategy?.type !== 'OnDelete'

/** How many nodes may have a second pod while pods are replaced, of so many that have one. */
export const surgeOf = (set: DaemonSet, desired: number): number =>
  isRolling(set) ? scaled(set.spec?.updateStrategy?.rollingUpdate?.maxSurge, desired) : 0

/** How many nodes may be without an available pod meanwhile; where neither is allowed, one. */
export const unavailableOf = (set: DaemonSet, desired: number): number => {
  const unavailable = scaled(set.spec?.updateStrategy?.rollingUpdate?.maxUnavailable, desired)
  return desired > 0 && unavailable === 0 && surgeOf(set, desired) === 0 ? 1 : unavailable
}
