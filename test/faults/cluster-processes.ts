import { readFileSync, readdirSync, readlinkSync } from 'node:fs'

const read = (pid: string, file: string): string => {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1')
  } catch {
    return ''
  }
}

const directoryOf = (pid: string): string => {
  try {
    return readlinkSync(`/proc/${pid}/cwd`)
  } catch {
    return ''
  }
}

const stateAndParent = (pid: string): readonly string[] => {
  const stat = read(pid, 'stat')
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
}

/** Every process of the cluster, containers included: those that were started for its home, and all below them. */
export const processesOf = (home: string): readonly number[] => {
  const pids = readdirSync('/proc').filter(name => /^\d+$/.test(name))
  const found = new Set(
    pids.filter(pid =>
      [read(pid, 'cmdline'), read(pid, 'environ'), directoryOf(pid)].some(text => text.includes(home)),
    ),
  )
  for (let before = -1; before !== found.size;) {
    before = found.size
    for (const pid of pids) if (found.has(stateAndParent(pid)[1] ?? '')) found.add(pid)
  }
  return [...found].filter(pid => !['Z', undefined].includes(stateAndParent(pid)[0])).map(Number)
}

export const isAlive = (pid: number): boolean => !['Z', '', undefined].includes(stateAndParent(String(pid))[0])

/** The arguments that others see of it; empty once it has ended. */
export const commandLineOf = (pid: number): string => read(String(pid), 'cmdline')

/** Kills every process of the cluster at once; some end by themselves meanwhile, having lost what they spoke to. */
export const killAll = (home: string): void => {
  for (const pid of processesOf(home))
    try {
      process.kill(pid, 'SIGKILL')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
    }
}
