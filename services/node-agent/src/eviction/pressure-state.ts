import { resourceOf } from './signals.ts'
import type { Crossing } from './signals.ts'

/** What the node says of itself in its conditions. */
export interface Pressure {
  readonly memory: boolean
  readonly disk: boolean
}

export interface PressureState {
  readonly now: Pressure
  /** Takes in what was just seen. */
  see(crossings: readonly Crossing[], moment: number): void
}

/** So long after it was last seen pressure is still told, so that pods do not come back at once to be evicted again. */
const lingerMilliseconds = 300_000

export const pressureState = (): PressureState => {
  let memoryUntil = -Infinity
  let diskUntil = -Infinity
  let now: Pressure = { memory: false, disk: false }
  return {
    get now() {
      return now
    },
    see: (crossings, moment) => {
      for (const { signal } of crossings)
        if (resourceOf(signal) === 'memory') memoryUntil = moment + lingerMilliseconds
        else diskUntil = moment + lingerMilliseconds
      now = { memory: moment < memoryUntil, disk: moment < diskUntil }
    },
  }
}
