import { existsSync } from 'node:fs'
import { gone, holdLock } from '@periplus/service'
import type { HeldLock, ProcessIdentity } from '@periplus/service'
import type { Home } from '../home/home.ts'
import { CannotGoOn } from '../home/say.ts'
import { runningSupervisor } from './supervisor-file.ts'

/** Milliseconds that a supervisor has to stop, and another command to come to its end. */
const patience = 90_000
const askEvery = 100

/** The cluster, for one command alone: no supervisor runs, and none can start until the lock is let go. */
export interface TakenOver {
  /** The supervisor that had to be stopped. */
  readonly stopped: ProcessIdentity | undefined
  readonly lock: HeldLock
}

/** Stops the supervisor, whoever starts one meanwhile, and keeps others from starting one. `undefined`: there is no such home. */
export const takeOver = async (home: Home): Promise<TakenOver | undefined> => {
  if (!existsSync(home.directory)) return undefined
  let stopped: ProcessIdentity | undefined
  for (const end = performance.now() + patience; performance.now() < end;) {
    const supervisor = runningSupervisor(home)?.supervisor
    if (supervisor) {
      stopped = supervisor
      await stopSupervisor(supervisor)
    }
    const lock = await holdLock(home.directory)
    if (lock) return { stopped, lock }
    await new Promise(resolve => setTimeout(resolve, askEvery))
  }
  throw new CannotGoOn(`another command has been busy with ${home.directory} for ${patience / 1000} s`)
}

const stopSupervisor = async (supervisor: ProcessIdentity): Promise<void> => {
  try {
    process.kill(supervisor.pid, 'SIGTERM')
  } catch (error) {
    // It has just ended by itself.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
  if (!(await gone([supervisor], patience)))
    throw new CannotGoOn(`the supervisor (process ${supervisor.pid}) has not stopped within ${patience / 1000} s`)
}
