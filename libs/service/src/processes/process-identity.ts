import { readFileSync } from 'node:fs'

/** A process that cannot be mistaken for a later one: its number is used again, its number with its start time is not. */
export interface ProcessIdentity {
  readonly pid: number
  /** Clock ticks after boot at which it started: field 22 of `/proc/<pid>/stat` (proc(5)). */
  readonly started: string
}

interface ProcessStat extends ProcessIdentity {
  readonly parent: number
}

/** What `/proc` says of a process; `undefined` where there is none, or only a zombie that nobody has waited for yet. */
const statOf = (pid: number): ProcessStat | undefined => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    // The second field, the command's name, is in parentheses and may itself contain spaces and parentheses.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const started = fields[19]
    return fields[0] === 'Z' || started === undefined ? undefined : { pid, started, parent: Number(fields[1]) }
  } catch {
    return undefined
  }
}

/** The process that has this number now; `undefined` where none runs. */
export const identityOf = (pid: number): ProcessIdentity | undefined => {
  const stat = statOf(pid)
  return stat && { pid, started: stat.started }
}

/** Whether it is this very process that runs. */
export const isRunning = ({ pid, started }: ProcessIdentity): boolean => {
  const now = identityOf(pid)
  return now !== undefined && now.started === started
}

/** The parent's number; `undefined` where no such process runs. */
export const parentOf = (pid: number): number | undefined => statOf(pid)?.parent
