/** How often the loop is looked at, in milliseconds. */
const everyMilliseconds = 20

export interface LongestWork {
  /** Milliseconds; begins anew with each call. */
  take(): number
  stop(): void
}

/**
 * The longest time for which the event loop worked without a turn for others, by the CPU time of the process: how late a timer is says the
 * same of a machine that has nothing else to do. Other threads' work at that time counts with it.
 */
export const longestWork = (): LongestWork => {
  let wall = performance.now()
  let cpu = process.cpuUsage()
  let longest = 0
  const timer = setInterval(() => {
    const now = performance.now()
    const used = process.cpuUsage(cpu)
    const late = now - wall - everyMilliseconds
    longest = Math.max(longest, Math.min(late, (used.user + used.system) / 1000))
    wall = now
    cpu = process.cpuUsage()
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
