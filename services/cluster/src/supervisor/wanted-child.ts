import type { RunningService } from '@periplus/service'
import { messageOf } from '@periplus/prelude'
import { keepRunning } from './keep-running.ts'
import type { ChildSpec, Keeping, KeptRunning } from './keep-running.ts'

const lookEvery = 500

/** Starts a process when the control plane says that there is something for it to do, and keeps it from then on. */
export const keepWanted = (
  spec: ChildSpec,
  isWanted: () => boolean,
  keeping: Keeping,
): RunningService & { readonly kept: () => KeptRunning | undefined } => {
  const { clock, log } = keeping
  const { name } = spec
  let stopped = false
  let cancel = (): void => undefined
  let running: KeptRunning | undefined
  let starting: Promise<void> = Promise.resolve()

  const start = async (): Promise<void> => {
    try {
      running = await keepRunning(spec, keeping)
    } catch (error) {
      log.error(`${name} cannot start`, { reason: messageOf(error) })
      look()
    }
  }
  const look = (): void => {
    if (stopped) return
    cancel = clock.after(lookEvery, () => {
      if (isWanted()) starting = start()
      else look()
    })
  }
  look()
  return {
    name,
    kept: () => running,
    stop: async () => {
      stopped = true
      cancel()
      await starting
      await running?.stop()
    },
  }
}
