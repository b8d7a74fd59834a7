import { readFileSync, readdirSync, readlinkSync } from 'node:fs'
import { identityOf } from './process-identity.ts'
import type { ProcessIdentity } from './process-identity.ts'

/** What a process was started as. */
export interface StartedAs {
  /** The program and its arguments. */
  readonly words: readonly string[]
  /** `NAME=value`, as they were at its start. */
  readonly environment: readonly string[]
  /** Its working directory, as it is now. */
  readonly directory: string
}

const listOf = (pid: number, file: 'cmdline' | 'environ'): readonly string[] =>
  readFileSync(`/proc/${pid}/${file}`, 'utf8').split('\0')

/**
 * The processes that were started so, asked of the kernel: for those that no file tells of, since a disk was full or a file was
 * lost. Of other people's processes nothing is known.
 */
export const processesWith = (wanted: (process: StartedAs) => boolean): readonly ProcessIdentity[] => {
  const found: ProcessIdentity[] = []
  for (const name of readdirSync('/proc')) {
    const pid = Number(name)
    if (!(pid > 0) || pid === process.pid) continue
    try {
      const directory = readlinkSync(`/proc/${pid}/cwd`)
      if (!wanted({ words: listOf(pid, 'cmdline'), environment: listOf(pid, 'environ'), directory })) continue
    } catch {
      continue // ended meanwhile, or somebody else's
    }
    const identity = identityOf(pid)
    if (identity) found.push(identity)
  }
  return found
}
