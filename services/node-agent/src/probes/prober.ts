import type { Pod } from '@periplus/kinds'
import type { ContainerState } from '@periplus/runtime'
import type { Probed } from '../plan/observed.ts'

/** Runs the probes of a node's containers and remembers what they found. */
export interface Prober {
  /**
   * Begins to probe containers that have come to run, stops with those that don't; answers at once with what is known, by
   * container id. A pod on its way out is asked only for its readiness.
   */
  track(pod: Pod, running: readonly ContainerState[], podIp: string, terminating: boolean): ReadonlyMap<string, Probed>
  forget(uid: string): void
}
