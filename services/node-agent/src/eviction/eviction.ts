import type { Pod } from '@periplus/kinds'
import { graceSecondsOf } from '../plan/grace-seconds.ts'

/** That the node takes a pod's place away. */
export interface Eviction {
  /** Why, in the kubelet's words. */
  readonly message: string
  /** What its containers have to end, at most. */
  readonly graceSeconds: number
}

/** Whatever a pod asks for: it must stop to take up more. */
export const immediately = 1

/** What a pod has to end for a soft threshold. */
export const softGraceSeconds = (pod: Pod, most: number): number =>
  Math.max(immediately, Math.min(most, graceSecondsOf(pod)))

/** Two reasons to end a pod are the first of them, and as soon as the sooner one. */
export const faster = (first: Eviction | undefined, second: Eviction): Eviction =>
  first ? { ...first, graceSeconds: Math.min(first.graceSeconds, second.graceSeconds) } : second
