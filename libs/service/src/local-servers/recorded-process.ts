import { readFileSync, rmSync } from 'node:fs'

/** A process as this boot of the machine knows it: pids are used again, a pid with its start time is not. */
interface ProcessIdentity {
  readonly pid: number
  /** Field 22 of `/proc/<pid>/stat`: clock ticks after boot; empty where there is no such file. */
  readonly started: string
}

const startOf = (pid: number): string | undefined => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return fields[0] === 'Z' ? undefined : fields[19]
  } catch {
    return undefined
  }
}

export const identityOf = (pid: number): ProcessIdentity => ({ pid, started: startOf(pid) ?? '' })

const recorded = (file: string): ProcessIdentity | undefined => {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as ProcessIdentity
  } catch {
    return undefined
  }
}

/** Ends the process that the file names, if it is still the same one, and waits until it is gone. */
export const endRecorded = async (file: string): Promise<void> => {
  const process_ = recorded(file)
  if (!process_ || process_.started === '') return
  const lives = (): boolean => startOf(process_.pid) === process_.started
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    if (!lives()) break
    process.kill(process_.pid, signal)
    for (let left = 200; left > 0 && lives(); left--) await new Promise(resolve => setTimeout(resolve, 50))
  }
  rmSync(file, { force: true })
}
