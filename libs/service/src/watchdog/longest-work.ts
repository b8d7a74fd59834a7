import { threadCpu } from './thread-cpu.ts'

const usualMilliseconds = 20

/** The longest that the event loop has worked without coming round. */
export interface LongestWork {
  /** Milliseconds; begins anew with each call. */
  take(): number
  stop(): void
}

/**
 * The longest time for which the event loop worked without a turn for others, by the CPU time of its thread: how late a timer is says the
 * same of a machine that has nothing else to do. Where the machine is busy, what was done in turns before counts with it: up to
 * `everyMilliseconds`, which is how often the loop is looked at.
 */
export const longestWork = (everyMilliseconds = usualMilliseconds): LongestWork => {
  const cpu = threadCpu()
  let wall = performance.now()
  let before = cpu()
  let longest = 0
  const timer = setInterval(() => {
    const now = performance.now()
    const used = cpu()
    longest = Math.max(longest, Math.min(now - wall - everyMilliseconds, used - before))
    wall = now
    before = used
  }, everyMilliseconds)
  timer.unref()
  return {
    take: () => {
      const taken = longest
      longest = 0
      return taken
    },
    stop: () => clearInterval(timer),
  }
}
