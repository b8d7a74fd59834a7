import { existsSync } from 'node:fs'
import { messageOf } from '@periplus/service'
import type { Logger, RunningService } from '@periplus/service'
import type { Clock } from '@periplus/prelude'
import { wantedFile } from '../home/home.ts'
import type { Home, WantedProcess } from '../home/home.ts'
import { servedChild } from './children.ts'
import { keepRunning } from './keep-running.ts'

const lookEvery = 500

/** Starts a process when the control plane says that there is something for it to do, and keeps it from then on. */
export const keepWanted = (
  home: Home,
  name: WantedProcess,
  keeping: { readonly clock: Clock; readonly log: Logger; readonly onStarted: (name: string, pid: number) => void },
): RunningService => {
  const { clock, log } = keeping
  let stopped = false
  let cancel = (): void => undefined
  let kept: Promise<RunningService | undefined> = Promise.resolve(undefined)

  const start = async (): Promise<RunningService | undefined> => {
    try {
      return await keepRunning(servedChild(home, name), keeping)
    } catch (error) {
      log.error(`${name} cannot start`, { reason: messageOf(error) })
      look()
      return undefined
    }
  }
  const look = (): void => {
    if (stopped) return
    cancel = clock.after(lookEvery, () => {
      if (existsSync(wantedFile(home, name))) kept = start()
      else look()
    })
  }
  look()
  return {
    name,
    stop: async () => {
      stopped = true
      cancel()
      await (await kept)?.stop()
    },
  }
}
