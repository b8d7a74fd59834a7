import type { Pod } from '@periplus/kinds'

/** Its containers have ended and won't be started again. */
export const hasEnded = ({ status }: Pod): boolean => status?.phase === 'Succeeded' || status?.phase === 'Failed'

/** Counts towards the replicas that somebody wants. */
export const isActive = (pod: Pod): boolean => !hasEnded(pod) && pod.metadata?.deletionTimestamp === undefined

/** Asked to go and not gone yet. */
export const isTerminating = (pod: Pod): boolean => !hasEnded(pod) && pod.metadata?.deletionTimestamp !== undefined
