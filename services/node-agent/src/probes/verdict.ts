import type { Probe } from '@periplus/kinds'
import type { ProbeResult } from '../plan/observed.ts'

/** A probe's standing: the result that counts, and how often the newest answer has come in a row. */
export interface Standing {
  readonly result: ProbeResult
  readonly last: ProbeResult | undefined
  readonly inARow: number
}

/** Counts one answer: only so many of a kind in a row, as the thresholds say, change the result. */
export const count = (standing: Standing, answer: 'success' | 'failure', probe: Probe): Standing => {
  const inARow = standing.last === answer ? standing.inARow + 1 : 1
  const needed = answer === 'success' ? (probe.successThreshold ?? 1) : (probe.failureThreshold ?? 3)
  return { result: inARow >= needed ? answer : standing.result, last: answer, inARow }
}
