import { readFileSync } from 'node:fs'

/** A process that cannot be mistaken for a later one with the same number. */
export interface ProcessIdentity {
  readonly pid: number
  /** Clock ticks after boot at which it started: field 22 of /proc/PID/stat. */
  readonly started: string
}

export const identityOf = (pid: number): ProcessIdentity | undefined => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The second field, the command's name, is in parentheses and may itself contain spaces.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const started = fields[19]
    return fields[0] === 'Z' || started === undefined ? undefined : { pid, started }
  } catch {
    return undefined
  }
}

export const isRunning = (process: ProcessIdentity): boolean => identityOf(process.pid)?.started === process.started
