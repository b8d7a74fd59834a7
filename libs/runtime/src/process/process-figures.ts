import { readFileSync, readdirSync } from 'node:fs'

/** CPU and memory of a session of processes, from `/proc`: the kernel counts in ticks of 10 ms and pages of 4 KiB. */
export const figuresOf = (
  leaders: readonly number[],
): ReadonlyMap<number, { cpuNanoseconds: number; workingSetBytes: number }> => {
  const figures = new Map(leaders.map(pid => [pid, { cpuNanoseconds: 0, workingSetBytes: 0 }]))
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const fields = statOf(name)
    const figure = figures.get(Number(fields[3]))
    if (!figure) continue
    // utime, stime and those of children that were waited for.
    figure.cpuNanoseconds += fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) * 1e7
    figure.workingSetBytes += Number(fields[21]) * 4096
  }
  return figures
}

/** Fields of `/proc/<pid>/stat` from the third on (state, parent, group, session, ...): the name before may hold blanks. */
const statOf = (pid: string): string[] => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  } catch {
    return []
  }
}

/** When a process began, in ticks since the machine did: tells a process from a later one of the same id. */
export const beginningOf = (pid: number): string => statOf(String(pid))[19] ?? ''
