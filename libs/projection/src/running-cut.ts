import type { LiveCut } from './cut.ts'

/** A cut that the log is being applied to. */
export interface RunningCut {
  readonly cut: LiveCut
  /**
   * Settles when following has ended: resolves after `close`, rejects with what went wrong otherwise (`LogGap`, or a bug in
   * a listener, unless `onListenerThrow` takes those). The cut stands still from then on, so a process should end with it.
   */
  readonly ended: Promise<void>
  /** Stops following; the cut stays readable where it is. */
  close(): Promise<void>
}

interface Following {
  /** The following, which has begun. */
  readonly ended: Promise<void>
  /** The cut is as it was to be at the start. */
  readonly ready: Promise<void>
  readonly stop: AbortController
  /** Aborts with `stop`, and where the start is to end. */
  readonly signal: AbortSignal
}

/** Resolves when the cut is ready; rejects with what ended the following, or the start, before that. */
export const runningCut = async (cut: LiveCut, { ended, ready, stop, signal }: Following): Promise<RunningCut> => {
  ended.catch(() => undefined)
  await Promise.race([ready, ended])
  signal.throwIfAborted()
  return {
    cut,
    ended,
    close: async () => {
      stop.abort()
      await ended.catch(() => undefined)
    },
  }
}
