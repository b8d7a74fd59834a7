import { thrownText } from '@periplus/prelude'
import type { Clock } from '@periplus/prelude'
import { troubledMilliseconds } from './retry.ts'

/** Calls `pass` after every wake; passes are synchronous and never overlap. */
export interface PassLoop {
  wake(): void
  /** A pass is due. */
  readonly waking: boolean
  close(): void
}

export interface PassLoopOptions {
  readonly clock: Clock
  /** Resolves to when the next pass is due though nothing wakes it. */
  readonly pass: () => number | undefined
  /** A pass that throws is told of and made again later and later. */
  readonly threw: (error: unknown, text: string) => void
}

export const passLoop = ({ clock, pass, threw }: PassLoopOptions): PassLoop => {
  let waking = false
  let closed = false
  let throwsInARow = 0
  let cancelTimer: (() => void) | undefined

  const next = (): number | undefined => {
    try {
      const wakeAt = pass()
      throwsInARow = 0
      return wakeAt
    } catch (error) {
      throwsInARow++
      threw(error, thrownText(error))
      return clock.now() + troubledMilliseconds(throwsInARow)
    }
  }
  const wake = (): void => {
    if (waking || closed) return
    waking = true
    queueMicrotask(() => {
      waking = false
      if (closed) return
      const wakeAt = next()
      cancelTimer?.()
      cancelTimer = wakeAt === undefined || closed ? undefined : clock.after(wakeAt - clock.now(), wake)
    })
  }
  return {
    wake,
    get waking() {
      return waking
    },
    close: () => {
      closed = true
      cancelTimer?.()
    },
  }
}
