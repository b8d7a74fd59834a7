import { readFileSync } from 'node:fs'

/**
 * Milliseconds that a process could have run and did not, as others ran (the kernel's sched-stats.txt): a machine that is busy makes it
 * slow, and to begin again would make it slower. 0 where the kernel does not count.
 */
export const outrunFor = (pid: number | undefined): number => {
  try {
    return Number(readFileSync(`/proc/${pid}/schedstat`, 'latin1').split(' ')[1]) / 1e6 || 0
  } catch {
    return 0
  }
}
