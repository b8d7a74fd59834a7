/** What goes wrong in a simulation. Probabilities are per occasion; all draws come from the simulation's seed. */
export interface Faults {
  /** Per append: the process dies, as often before the log has the event as after. */
  readonly crash: number
  /** A dead process starts again after up to this many milliseconds. */
  readonly restartMilliseconds: number
  /** Each batch of events reaches a process up to this many milliseconds late: its cut is stale meanwhile. */
  readonly staleMilliseconds: number
  /** Per batch: it is delivered a second time. */
  readonly duplicate: number
}

/** Nothing fails. */
export const noFaults: Faults = { crash: 0, restartMilliseconds: 0, staleMilliseconds: 0, duplicate: 0 }
