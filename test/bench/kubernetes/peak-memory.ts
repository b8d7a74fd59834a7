import { readFileSync, writeFileSync } from 'node:fs'

/** The most memory that the processes have held since `forgetPeaks`, in MiB; each process's own most, added up. */
export const peakMiB = (pids: readonly number[]): number =>
  pids.reduce((sum, pid) => {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    return sum + Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1] ?? NaN) / 1024
  }, 0)

/** Begins anew what the kernel remembers as the most (proc(5), clear_refs). */
export const forgetPeaks = (pids: readonly number[]): void =>
  pids.forEach(pid => writeFileSync(`/proc/${pid}/clear_refs`, '5'))
