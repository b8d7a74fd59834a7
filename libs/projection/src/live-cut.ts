import { E } from '@periplus/prelude'
import type { EventLog, Sequence } from '@periplus/log'
import type { LiveCut } from './cut.ts'
import { mutableCut } from './cut/mutable-cut.ts'
import type { MutableCutOptions, Snapshot } from './cut/mutable-cut.ts'

/** Where a cut may start from, so that it needn't read the whole log: the Redis projection is one. */
export interface SnapshotSource {
  /** `undefined` when there is nothing to start from, or it cannot be reached: then the log is read from its beginning. */
  snapshot(signal: AbortSignal): Promise<Snapshot | undefined>
}

export interface LiveCutConfig extends MutableCutOptions {
  readonly log: EventLog
  readonly store?: SnapshotSource
  /** Ends the following, as `close` does; while starting, it makes `startLiveCut` reject. */
  readonly signal?: AbortSignal
}

/** A cut that the log is being applied to. */
export interface RunningCut {
  readonly cut: LiveCut
  /**
   * Settles when following has ended: resolves after `close`, rejects with what went wrong otherwise (`LogGap`, or a bug in
   * a listener). The cut stands still from then on, so a process should end with it.
   */
  readonly ended: Promise<void>
  /** Stops following; the cut stays readable where it is. */
  close(): Promise<void>
}

/** Milliseconds between two questions to a log that doesn't answer. */
const patience = 250

const headOf = async (log: EventLog, signal: AbortSignal): Promise<Sequence> => {
  for (;;) {
    signal.throwIfAborted()
    const bounds = await log.bounds()
    if (E.isRight(bounds)) return bounds.right.last
    await new Promise(resolve => setTimeout(resolve, patience))
  }
}

/**
 * Starts the process's one cut: from the store where it has something, else from the log, then following the log. Resolves
 * when the cut has reached what was the log's head at the call, and waits as long as the log cannot be reached.
 */
export const startLiveCut = async (config: LiveCutConfig): Promise<RunningCut> => {
  const { log, store, ...options } = config
  const stop = new AbortController()
  const signal = config.signal ? AbortSignal.any([config.signal, stop.signal]) : stop.signal
  const cut = mutableCut(options)

  const head = await headOf(log, signal)
  const snapshot = await store?.snapshot(signal)
  // A snapshot of another log (its stream was deleted) would be ahead of this one.
  if (snapshot && snapshot.sequence > 0 && snapshot.sequence <= head) cut.load(snapshot)

  const follow = async (): Promise<void> => {
    for await (const events of log.follow(cut.sequence + 1, signal)) cut.apply(events)
  }
  const ended = follow()
  ended.catch(() => undefined)
  await Promise.race([cut.reached(head, signal), ended])
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
