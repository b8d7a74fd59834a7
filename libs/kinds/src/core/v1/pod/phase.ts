import type { Pod } from './schema.ts'

/** Every container has ended for good: phase Succeeded or Failed. */
export const isPodTerminated = (pod: Pod): boolean =>
  pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed'

/** The condition Ready is True. */
export const isPodReady = (pod: Pod): boolean => readySince(pod) !== undefined

/** When the condition Ready became True, RFC 3339; `undefined` while it isn't. */
export const readySince = (pod: Pod): string | undefined => {
  const ready = pod.status?.conditions?.find(({ type }) => type === 'Ready')
  return ready?.status === 'True' ? (ready.lastTransitionTime ?? '') : undefined
}

/** Ready for at least `minReadySeconds`, at `now` (milliseconds since the epoch). */
export const isPodAvailable = (pod: Pod, minReadySeconds: number, now: number): boolean => {
  const since = readySince(pod)
  if (since === undefined) return false
  return minReadySeconds === 0 || (since !== '' && Date.parse(since) + minReadySeconds * 1000 <= now)
}

/** Neither ended nor being deleted: what counts as a replica. */
export const isPodActive = (pod: Pod): boolean => !isPodTerminated(pod) && pod.metadata?.deletionTimestamp === undefined
