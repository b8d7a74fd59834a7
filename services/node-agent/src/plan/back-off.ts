import type { ContainerState } from '@periplus/runtime'

/** Written on each container at creation, so that the back-off survives the agent: the runtime is the memory. */
export const backOffAnnotation = 'periplus.io/restart-back-off-seconds'

const initialSeconds = 10
const longestSeconds = 300
const forgivenAfterMilliseconds = 600_000

export interface BackOff {
  /** When the container may be started again. */
  readonly restartAt: number
  /** What it is waiting out. */
  readonly seconds: number
  /** What the restart after the next will wait. */
  readonly next: number
}

/**
 * Kubernetes' restart back-off: the first restart is at once, then 10 s after the exit, doubling up to 5 minutes; a container
 * that ran for 10 minutes starts afresh.
 */
export const backOffAfter = (exited: ContainerState): BackOff => {
  const seconds = Number(exited.annotations[backOffAnnotation] ?? 0)
  const forgiven = exited.finishedAt - exited.createdAt > forgivenAfterMilliseconds
  if (seconds === 0 || forgiven) return { restartAt: exited.finishedAt, seconds: 0, next: initialSeconds }
  return {
    restartAt: exited.finishedAt + seconds * 1000,
    seconds,
    next: Math.min(seconds * 2, longestSeconds),
  }
}

/** Go's text of a duration in whole seconds: `10s`, `1m20s`, `5m0s`. */
export const durationText = (seconds: number): string =>
  seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`
