import { E } from '@periplus/prelude'
import type { EventLog, Sequence } from '@periplus/log'
import type { LiveCut } from './cut.ts'
import { mutableCut } from './cut/mutable-cut.ts'
import type { LoadableCut, MutableCutOptions } from './cut/mutable-cut.ts'
import { belongsTo } from './store/belongs-to.ts'
import type { SnapshotSource } from './store/snapshot.ts'

export interface LiveCutConfig extends MutableCutOptions {
  readonly log: EventLog
  /** Shortens the start; what it holds is checked against the log. */
  readonly store?: SnapshotSource
  /** Ends the following, as `close` does; while starting, it makes `startLiveCut` reject. */
  readonly signal?: AbortSignal
}

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

/** A cut at what the store holds; an empty one where the store has nothing of this log, or goes away. */
const loadedCut = async ({ log, store, signal: _, ...options }: LiveCutConfig): Promise<LoadableCut> => {
  const snapshot = await store?.snapshot()
  if (!snapshot) return mutableCut(options)
  const belongs = await belongsTo(log, snapshot.tip)
  if (E.isLeft(belongs) || !belongs.right) return mutableCut(options)
  const cut = mutableCut(options)
  try {
    await cut.load(snapshot)
    return cut
  } catch {
    return mutableCut(options)
  }
}

/**
 * Starts the process's one cut: from the store where it has something, else from the log, then following the log. Resolves
 * when the cut has reached what was the log's head at the call, and waits as long as the log cannot be reached.
 */
export const startLiveCut = async (config: LiveCutConfig): Promise<RunningCut> => {
  const { log } = config
  const stop = new AbortController()
  const signal = config.signal ? AbortSignal.any([config.signal, stop.signal]) : stop.signal
  await headOf(log, signal)
  const cut = await loadedCut(config)
  // Asked again: what was loaded may be newer than the snapshot, and is exact only when the log has been followed that far.
  const head = await headOf(log, signal)

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
