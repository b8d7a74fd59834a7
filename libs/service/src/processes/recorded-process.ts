import { readFileSync, rmSync } from 'node:fs'
import { writePrivately } from '../local-servers/private-file.ts'
import { endProcess } from './end-process.ts'
import { identityOf, isRunning } from './process-identity.ts'
import type { ProcessIdentity } from './process-identity.ts'

/** Writes down who has this number now, for whoever comes after us. */
export const recordProcess = (file: string, pid: number): void => {
  const identity = identityOf(pid)
  if (identity) writePrivately(file, JSON.stringify(identity))
}

/** The process that the file names, if it still runs. */
export const recordedProcess = (file: string): ProcessIdentity | undefined => {
  try {
    const identity = JSON.parse(readFileSync(file, 'utf8')) as ProcessIdentity
    return isRunning(identity) ? identity : undefined
  } catch {
    return undefined
  }
}

/** Ends the process that the file names, if it still runs, and waits until it is gone. */
export const endRecorded = async (file: string): Promise<void> => {
  const found = recordedProcess(file)
  if (found) await endProcess(found)
  rmSync(file, { force: true })
}
