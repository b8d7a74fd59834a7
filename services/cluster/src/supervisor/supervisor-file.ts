import { lifeBegun, lifeEnded } from '../home/child-life.ts'
import type { ChildLife } from '../home/child-life.ts'
import { readJson, writeJson } from '../home/home.ts'
import type { Home } from '../home/home.ts'
import type { ChildNews } from './keep-running.ts'
import { identityOf, isRunning, processesWith } from '@periplus/service'
import type { ProcessIdentity } from '@periplus/service'

/** What runs now, for `up`, `down` and `status`. */
export interface SupervisorFile {
  readonly supervisor: ProcessIdentity
  /** Process ids by the child's name. */
  readonly children: Readonly<Record<string, number>>
  /** What has become of them, by the same names; absent where nobody wrote it down. */
  readonly lives?: Readonly<Record<string, ChildLife>>
  /** `Unrecorded`: it runs, and no file tells how far it is. */
  readonly state: 'Starting' | 'Ready' | 'Stopping' | 'Failed' | 'Unrecorded'
  /** Of a start that failed: why. */
  readonly failure?: string
}

const isSupervisorFile = (value: unknown): value is SupervisorFile => {
  const { supervisor, children } = (value ?? {}) as Partial<Record<keyof SupervisorFile, unknown>>
  const { pid, started } = (supervisor ?? {}) as Partial<Record<keyof ProcessIdentity, unknown>>
  return typeof pid === 'number' && typeof started === 'string' && typeof children === 'object' && children !== null
}

/** What the file says; a damaged one says nothing, as the processes themselves can be asked. */
export const recordedSupervisor = (home: Home): SupervisorFile | undefined => {
  try {
    const file = readJson(home.supervisor)
    return isSupervisorFile(file) ? file : undefined
  } catch {
    return undefined
  }
}

/** The supervisor that runs; `undefined` when none does, whatever the file says. One that no file tells of is found all the same. */
export const runningSupervisor = (home: Home): SupervisorFile | undefined => {
  const file = recordedSupervisor(home)
  if (file && isRunning(file.supervisor)) return file
  const [supervisor] = processesWith(
    ({ words, environment }) => words.at(-2) === 'supervise' && environment.includes(`PERIPLUS_HOME=${home.directory}`),
  )
  return supervisor && { supervisor, children: {}, state: 'Unrecorded' }
}

export interface SupervisorRecord extends ChildNews {
  becomes(state: SupervisorFile['state'], failure?: string): void
}

/** Keeps the file true while the calling process supervises, as far as the disk has room for it. */
export const supervisorRecord = (home: Home, couldNot: (error: unknown) => void): SupervisorRecord => {
  const children: Record<string, number> = {}
  const lives: Record<string, ChildLife> = {}
  const supervisor = identityOf(process.pid) ?? { pid: process.pid, started: '' }
  let now: Pick<SupervisorFile, 'state' | 'failure'> = { state: 'Starting' }
  const write = (): void => {
    try {
      writeJson(home.supervisor, { supervisor, children, lives, ...now } satisfies SupervisorFile)
    } catch (error) {
      couldNot(error)
    }
  }
  write()
  return {
    started: ({ name, roles = [name] }, pid, startedAt) => {
      children[name] = pid
      lives[name] = lifeBegun(lives[name], { roles, pid, startedAt })
      write()
    },
    ended: (name, how, at) => {
      const life = lives[name]
      if (life) lives[name] = lifeEnded(life, { how, at })
      write()
    },
    becomes: (state, failure) => {
      now = failure === undefined ? { state } : { state, failure }
      write()
    },
  }
}
