import { readFileSync } from 'node:fs'

/** CPU seconds that a process has used so far, in user and kernel mode; 0 where it is gone. */
export const cpuSeconds = (pid: number): number => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return (Number(fields[11]) + Number(fields[12])) / 100
  } catch {
    return 0
  }
}

/** Memory that a process has for itself alone and its share of what it shares, in MiB. */
export const proportionalMiB = (pid: number): number => {
  try {
    const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')
    return Number(/^Pss:\s+(\d+)/m.exec(rollup)?.[1] ?? 0) / 1024
  } catch {
    return 0
  }
}

/** CPU milliseconds of each process during `work`, by name. */
export const cpuDuring = async (
  pids: Readonly<Record<string, number>>,
  work: () => Promise<void>,
): Promise<Readonly<Record<string, number>>> => {
  const before = Object.entries(pids).map(([name, pid]) => [name, pid, cpuSeconds(pid)] as const)
  await work()
  return Object.fromEntries(before.map(([name, pid, seconds]) => [name, (cpuSeconds(pid) - seconds) * 1000]))
}
