import { rmSync } from 'node:fs'
import { readJson, writeJson } from './home.ts'
import type { Home } from './home.ts'
import { identityOf, isRunning } from '@periplus/service'
import type { ProcessIdentity } from '@periplus/service'

/** What runs now, for `up`, `down` and `status`. */
export interface SupervisorFile {
  readonly supervisor: ProcessIdentity
  /** Process ids by the child's name. */
  readonly children: Readonly<Record<string, number>>
}

const byHand = "end the process 'periplus supervise', if it runs, and delete the file"

/** The supervisor that runs; `undefined` when none does, whatever the file says. */
export const runningSupervisor = (home: Home): SupervisorFile | undefined => {
  const file = readJson(home.supervisor, byHand) as SupervisorFile | undefined
  return file && isRunning(file.supervisor) ? file : undefined
}

/** Keeps the file true while the calling process supervises. */
export const supervisorRecord = (home: Home) => {
  const children: Record<string, number> = {}
  const supervisor = identityOf(process.pid) ?? { pid: process.pid, started: '' }
  const write = (): void => writeJson(home.supervisor, { supervisor, children } satisfies SupervisorFile)
  write()
  return {
    started: (name: string, pid: number): void => {
      children[name] = pid
      write()
    },
    remove: (): void => rmSync(home.supervisor, { force: true }),
  }
}
