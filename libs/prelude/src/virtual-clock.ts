import type { Clock } from './clock.ts'

/** A clock that moves only when told to; timers of one moment run in the order in which they were set. */
export interface VirtualClock extends Clock {
  /** Moves time forward, running what falls due on the way, each task at its own moment. */
  advance(milliseconds: number): void
  /** The moment of the earliest pending timer, or `undefined` when nothing is pending. */
  next(): number | undefined
}

interface Timer {
  readonly at: number
  readonly order: number
  readonly task: () => void
}

/** A clock that stands until it is moved. */
export const virtualClock = (start: number): VirtualClock => {
  let now = start
  let order = 0
  const timers = new Set<Timer>()
  const earliest = (): Timer | undefined => {
    let found: Timer | undefined
    for (const timer of timers)
      if (!found || timer.at < found.at || (timer.at === found.at && timer.order < found.order)) found = timer
    return found
  }
  return {
    now: () => now,
    after: (milliseconds, task) => {
      const timer = { at: now + Math.max(0, milliseconds), order: order++, task }
      timers.add(timer)
      return () => void timers.delete(timer)
    },
    next: () => earliest()?.at,
    advance: milliseconds => {
      const end = now + milliseconds
      for (let timer = earliest(); timer && timer.at <= end; timer = earliest()) {
        timers.delete(timer)
        now = timer.at
        timer.task()
      }
      now = end
    },
  }
}
