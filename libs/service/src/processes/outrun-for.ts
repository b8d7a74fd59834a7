import { readdirSync, readFileSync } from 'node:fs'

/** Of a thread: milliseconds in which it could have run, and others did (the kernel's sched-stats.txt). 0 where the kernel does not count. */
const waitedFor = (task: string): number => {
  try {
    return Number(readFileSync(`${task}/schedstat`, 'latin1').split(' ')[1]) / 1e6 || 0
  } catch {
    return 0
  }
}

const threadsOf = (pid: number): readonly string[] => {
  try {
    return readdirSync(`/proc/${pid}/task`).map(thread => `/proc/${pid}/task/${thread}`)
  } catch {
    return []
  }
}

/**
 * Milliseconds that a process could have run and did not, as others ran: a machine that is busy makes it slow, and to begin again would make it
 * slower. Threads wait side by side, and for each other: of each time between two questions the one counts that waited longest. 0 where
 * the kernel does not count.
 */
export const outrunFor = (pid: number | undefined): (() => number) => {
  let waited: ReadonlyMap<string, number> = new Map()
  let total = 0
  return () => {
    const now = new Map(pid === undefined ? [] : threadsOf(pid).map(thread => [thread, waitedFor(thread)]))
    total += Math.max(0, ...[...now].map(([thread, milliseconds]) => milliseconds - (waited.get(thread) ?? 0)))
    waited = now
    return total
  }
}
