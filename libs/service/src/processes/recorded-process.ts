import { existsSync, readFileSync, rmSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { writePrivately } from '../local-servers/private-file.ts'
import { endProcess } from './end-process.ts'
import { processesWith } from './find-processes.ts'
import type { StartedAs } from './find-processes.ts'
import { identityOf, isRunning } from './process-identity.ts'
import type { ProcessIdentity } from './process-identity.ts'

/** Writes down who has this number now, for whoever comes after us; false where the disk has no room for it. */
export const recordProcess = (file: string, pid: number): boolean => {
  const identity = identityOf(pid)
  try {
    if (identity) writePrivately(file, JSON.stringify(identity))
    return true
  } catch {
    return false
  }
}

/** Tells in a process's environment which record it belongs to, for when the record itself could not be written. */
const mark = 'SERVER_RECORD'

export const recordMark = (file: string): Readonly<Record<string, string>> => ({ [mark]: file })

const named = (file: string): ProcessIdentity | undefined => {
  try {
    const identity = JSON.parse(readFileSync(file, 'utf8')) as ProcessIdentity
    return isRunning(identity) ? identity : undefined
  } catch {
    return undefined
  }
}

/**
 * The process that the file names, if it still runs; where the file names none (it is missing, empty, garbage, or of a process
 * that ended) the one that was started under that record.
 */
export const recordedProcess = (file: string): ProcessIdentity | undefined =>
  named(file) ?? processesWith(process_ => isStartedUnder(file, process_))[0]

/** redis-server writes its title over its environment: such a one is known by its name and by where it works. */
const isStartedUnder = (file: string, { words, environment, directory }: StartedAs): boolean => {
  const ofRecord = environment.find(line => line.startsWith(`${mark}=`))
  if (ofRecord !== undefined) return ofRecord === `${mark}=${file}`
  return directory === dirname(file) && basename(words[0] ?? '').startsWith(`${basename(file, '.pid')}-server`)
}

/** Ends the process that the file names, if it still runs, and waits until it is gone. */
export const endRecorded = async (file: string): Promise<void> => {
  for (let found = recordedProcess(file); found; found = recordedProcess(file)) await endProcess(found)
  if (existsSync(file)) rmSync(file)
}
