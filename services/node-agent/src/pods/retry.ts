import type { Action } from '../plan/action.ts'
import type { EffectFailure } from './effect.ts'

const usualRetrySeconds = 10
const mostTroubledSeconds = 300

/** How long a pod is left alone whose sync threw so many times in a row. */
export const troubledMilliseconds = (times: number): number => Math.min(2 ** times, mostTroubledSeconds) * 1000

/** Volumes are tried again soon, and then more and more rarely, as the kubelet does. */
export const retrySeconds = ({ reason, retryAfterSeconds }: EffectFailure, tries: number): number =>
  reason === 'FailedMount' ? Math.min(0.25 * 2 ** tries, 122) : (retryAfterSeconds ?? usualRetrySeconds)

/** After it the runtime is asked again what there is. */
export const touchesRuntime = ({ tag }: Action): boolean =>
  tag !== 'PrepareVolumes' && tag !== 'TearDown' && tag !== 'DeleteObject'
