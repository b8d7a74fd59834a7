import type { Clock } from './clock.ts'

/** Something that is done again and again. */
export interface Repetition {
  /** Begins nothing more; resolves when what is under way has ended. */
  stop(): Promise<void>
}

/** Does something for the first time after so many milliseconds of `clock`, and as long after each time that it has ended. It must not reject. */
export const repeatedly = (clock: Clock, milliseconds: number, act: () => void | Promise<void>): Repetition => {
  let stopped = false
  let cancel = (): void => undefined
  let acting: Promise<void> = Promise.resolve()
  const again = (): void => {
    if (stopped) return
    cancel = clock.after(milliseconds, () => {
      const acted = act()
      if (acted) acting = acted.finally(again)
      else again()
    })
  }
  again()
  return {
    stop: () => {
      stopped = true
      cancel()
      return acting
    },
  }
}
