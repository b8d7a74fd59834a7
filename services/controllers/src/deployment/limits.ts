import { E } from '@periplus/prelude'
import { scaledValue } from '@periplus/api'
import type { Deployment } from '@periplus/kinds'

/** Kubernetes' way of saying "no limit" in an int32. */
const unlimited = 2147483647

export const replicasOf = ({ spec }: Deployment): number => spec?.replicas ?? 1

export const isRecreate = ({ spec }: Deployment): boolean => spec?.strategy?.type === 'Recreate'

/** Validation has passed: what can't be read is nothing. */
const scaled = (value: number | string | undefined, total: number, rounding: 'up' | 'down'): number => {
  const found = scaledValue(value ?? 0, total, rounding)
  return E.isRight(found) ? found.right : 0
}

/** Absolute numbers for this many replicas: the surge rounds up, the unavailable round down, and both can't be zero. */
const fenceposts = (deployment: Deployment): { readonly surge: number; readonly unavailable: number } => {
  const { maxSurge, maxUnavailable } = deployment.spec?.strategy?.rollingUpdate ?? {}
  const replicas = replicasOf(deployment)
  const surge = scaled(maxSurge, replicas, 'up')
  const unavailable = scaled(maxUnavailable, replicas, 'down')
  // Without either the update could never begin.
  return { surge, unavailable: surge === 0 && unavailable === 0 ? 1 : unavailable }
}

/** How many pods there may be above what is wanted. */
export const maxSurge = (deployment: Deployment): number => (isRecreate(deployment) ? 0 : fenceposts(deployment).surge)

/** How many of the wanted pods may be unavailable. */
export const maxUnavailable = (deployment: Deployment): number => {
  const replicas = replicasOf(deployment)
  return isRecreate(deployment) || replicas === 0 ? 0 : Math.min(fenceposts(deployment).unavailable, replicas)
}

/** Seconds; `undefined` when progress is not watched. */
export const progressDeadline = ({ spec }: Deployment): number | undefined =>
  spec?.progressDeadlineSeconds === unlimited ? undefined : spec?.progressDeadlineSeconds

/** How many old ReplicaSets are kept; `undefined` for all. */
export const historyLimit = ({ spec }: Deployment): number | undefined =>
  spec?.revisionHistoryLimit === unlimited ? undefined : spec?.revisionHistoryLimit
