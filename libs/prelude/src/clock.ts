/** Time as an input. `now` is milliseconds since the Unix epoch. */
export interface Clock {
  now(): number
  /** Runs `task` once after `milliseconds`, however many those are; the returned function cancels it. */
  after(milliseconds: number, task: () => void): () => void
}

/** What a timer of the runtime can hold; it fires at once when it is given more. */
const longestTimer = 2 ** 31 - 1

/** The machine's clock and timers. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after: (milliseconds, task) => {
    let timer: NodeJS.Timeout
    const wait = (left: number): void => {
      timer = left > longestTimer ? setTimeout(() => wait(left - longestTimer), longestTimer) : setTimeout(task, left)
    }
    wait(milliseconds)
    return () => clearTimeout(timer)
  },
}

/** A clock whose tasks may throw: that is reported, and costs nobody else anything. */
export const containedClock = (clock: Clock, report: (error: unknown) => void): Clock => ({
  now: () => clock.now(),
  after: (milliseconds, task) =>
    clock.after(milliseconds, () => {
      try {
        task()
      } catch (error) {
        report(error)
      }
    }),
})
