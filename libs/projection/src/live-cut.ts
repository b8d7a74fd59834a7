import { E, sharedTurn } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { EventLog, Sequence } from '@periplus/log'
import { cutFromBase } from './cut-from-base.ts'
import { mutableCut } from './cut/mutable-cut.ts'
import type { LoadableCut, MutableCutOptions } from './cut/mutable-cut.ts'
import { runningCut } from './running-cut.ts'
import type { RunningCut } from './running-cut.ts'
import { DamagedStore } from './store/projected.ts'
import { belongsTo } from './store/belongs-to.ts'
import type { SnapshotSource } from './store/snapshot.ts'

/** What a cut follows, and where it starts. */
export interface LiveCutConfig extends MutableCutOptions {
  readonly log: EventLog
  /** Shortens the start; what it holds is checked against the log. */
  readonly store?: SnapshotSource
  /** The store is not what was written to it; it is emptied, and the start is from a snapshot or the log's beginning. */
  readonly onDamagedStore?: (damage: Error) => void
  /** A snapshot of the log is not what was written; the one before it is taken. */
  readonly onDamagedBase?: (damage: Error) => void
  /** Told once where the start takes longer than two seconds, so that nobody waits in silence. */
  readonly onWaiting?: (waiting: WaitingFor) => void
  /** Ends the following, as `close` does; while starting, it makes `startLiveCut` reject. */
  readonly signal?: AbortSignal
}

/** What a start waits for: an answer of the log, what the store holds, snapshots of the log that cannot be read, or the log's events after `sequence`, up to `head`. */
export type WaitingFor =
  | { readonly tag: 'Log' }
  | { readonly tag: 'Store' }
  | { readonly tag: 'Base'; readonly why: string }
  | { readonly tag: 'Events'; readonly sequence: Sequence; readonly head: Sequence }

/** Milliseconds after which a start tells what it waits for. */
const silence = 2_000

/** Milliseconds between two questions to a log that doesn't answer. */
const patience = 250

/** Asks until there is an answer. */
const answered = async <E1, A>(
  ask: () => Promise<Either<E1, A>>,
  signal: AbortSignal,
  onRefused: (refusal: E1) => void = () => undefined,
): Promise<A> => {
  for (;;) {
    signal.throwIfAborted()
    const answer = await ask()
    if (E.isRight(answer)) return answer.right
    onRefused(answer.left)
    await new Promise(resolve => setTimeout(resolve, patience))
  }
}

/** A cut at what the store holds; `undefined` where the store has nothing of this log, or goes away. */
const cutOfStore = async (config: LiveCutConfig, watermark: Sequence): Promise<LoadableCut | undefined> => {
  const { log, store, onDamagedStore } = config
  const snapshot = await store?.snapshot()
  // What followed one from before the watermark is gone.
  if (!snapshot || snapshot.sequence < watermark) return undefined
  const belongs = await belongsTo(log, snapshot.tip)
  if (E.isLeft(belongs) || !belongs.right) return undefined
  const cut = mutableCut(config)
  try {
    await cut.load(snapshot)
    return cut
  } catch (error) {
    // Else whoever keeps it up would go on with what is wrong.
    if (error instanceof DamagedStore) {
      onDamagedStore?.(error)
      await store?.clear()
    }
    return undefined
  }
}

/**
 * Starts the process's one cut: from the store where it has something, else from the log's newest snapshot, then following the log. Resolves
 * when the cut has reached what was the log's head at the call, and waits as long as the log cannot be reached.
 */
export const startLiveCut = async (config: LiveCutConfig): Promise<RunningCut> => {
  const stop = new AbortController()
  const signal = config.signal ? AbortSignal.any([config.signal, stop.signal]) : stop.signal
  let waiting: () => WaitingFor = () => ({ tag: 'Log' })
  const tell = setTimeout(() => config.onWaiting?.(waiting()), silence)
  try {
    return await started(config, stop, signal, next => (waiting = next))
  } finally {
    clearTimeout(tell)
  }
}

const started = async (
  config: LiveCutConfig,
  stop: AbortController,
  signal: AbortSignal,
  waitsFor: (waiting: () => WaitingFor) => void,
): Promise<RunningCut> => {
  const { log } = config
  const bounds = () => answered(() => log.bounds(), signal)
  const begun = await bounds()
  waitsFor(() => ({ tag: 'Store' }))
  const fromBase = (): Promise<LoadableCut> =>
    answered(
      () => cutFromBase(log, begun.last, config),
      signal,
      refusal => waitsFor(() => ({ tag: 'Base', why: refusal.tag === 'Unavailable' ? refusal.message : refusal.tag })),
    )
  const cut = (await cutOfStore(config, begun.watermark)) ?? (await fromBase())
  waitsFor(() => ({ tag: 'Log' }))
  // Asked again: what was loaded may be newer than the snapshot, and is exact only when the log has been followed that far.
  const { last: head } = await bounds()
  waitsFor(() => ({ tag: 'Events', sequence: cut.sequence, head }))

  const follow = async (): Promise<void> => {
    for await (const events of log.follow(cut.sequence + 1, signal)) {
      // Whoever is told of megabytes reads them, and more may have come meanwhile. The cut waits for the loop, and for nobody's turn.
      if (sharedTurn.isOver()) await new Promise(setImmediate)
      cut.apply(events)
    }
  }
  return runningCut(cut, { ended: follow(), ready: cut.reached(head, signal), stop, signal })
}
