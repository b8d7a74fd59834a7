import { judge, noPressure } from './judge.ts'
import type { Crossing, Pressure } from './judge.ts'
import type { EvictionPolicy } from './policy.ts'
import type { Readings } from './signals.ts'

export interface PressureState {
  readonly now: Pressure
  /** Takes in what was just seen; gives what something is to be done for. */
  see(readings: Readings, moment: number): readonly Crossing[]
}

/** What a node remembers of what it was short of. */
export const pressureState = (policy: EvictionPolicy): PressureState => {
  let record = noPressure
  let now: Pressure = { memory: false, disk: false }
  return {
    get now() {
      return now
    },
    see: (readings, moment) => {
      const judged = judge(policy, record, readings, moment)
      record = judged.record
      now = judged.pressure
      return judged.due
    },
  }
}
