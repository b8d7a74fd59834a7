import type { Pod } from '../core/v1/pod/schema.ts'

/** A phase that nothing leads out of. */
export const isTerminalPhase = (phase: unknown): boolean => phase === 'Succeeded' || phase === 'Failed'

/** Every container has ended for good: phase Succeeded or Failed. */
export const isPodTerminated = ({ status }: Pod): boolean => isTerminalPhase(status?.phase)

/** Neither ended nor being deleted: what counts as a replica. */
export const isPodActive = (pod: Pod): boolean => !isPodTerminated(pod) && pod.metadata?.deletionTimestamp === undefined

/** Asked to go and not ended yet. */
export const isPodTerminating = (pod: Pod): boolean =>
  !isPodTerminated(pod) && pod.metadata?.deletionTimestamp !== undefined
