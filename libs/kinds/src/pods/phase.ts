import type { Pod } from '../core/v1/pod/schema.ts'

/** Every container has ended for good: phase Succeeded or Failed. */
export const isPodTerminated = ({ status }: Pod): boolean => status?.phase === 'Succeeded' || status?.phase === 'Failed'

/** Neither ended nor being deleted: what counts as a replica. */
export const isPodActive = (pod: Pod): boolean => !isPodTerminated(pod) && pod.metadata?.deletionTimestamp === undefined

/** Asked to go and not ended yet. */
export const isPodTerminating = (pod: Pod): boolean =>
  !isPodTerminated(pod) && pod.metadata?.deletionTimestamp !== undefined
