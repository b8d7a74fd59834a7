import type { Either } from '@periplus/prelude'
import type { RecordedEvent, Sequence } from '@periplus/log'
import type { SnapshotSource, Tip } from './snapshot.ts'

/** The store cannot be reached, or did not answer in time. The log can. */
export interface StoreUnavailable {
  readonly tag: 'Unavailable'
  readonly message: string
}

/** What was read, and the sequence at which it was so. */
export interface At<A> {
  readonly applied: Sequence
  readonly value: A
}

/**
 * The log's state outside of any process (law 3: disposable, rebuilt from the log to the identical content): the newest
 * event of every object, and the sequence up to which all of that is applied. Adapters: Redis and in memory, held to
 * one contract suite (`projectionContract`).
 */
export interface Projection extends SnapshotSource {
  /**
   * Applies events, the first of which follows `after`, as one: all or nothing. Where the projection isn't at `after` (it was
   * flushed, or somebody else applied something), nothing happens. Gives the sequence that it is at now.
   */
  apply(after: Sequence, events: readonly RecordedEvent[]): Promise<Either<StoreUnavailable, Sequence>>
  /** 0 for an empty one. */
  applied(): Promise<Either<StoreUnavailable, Sequence>>
  /** An applied event by which the log can be recognised that this is a projection of. */
  tip(): Promise<Either<StoreUnavailable, Tip | undefined>>
  /**
   * Forgets objects that were gone by a sequence: nobody asks for what was before a log's watermark. Gives their number. May run while
   * others read and write.
   */
  forgetGone(upTo: Sequence): Promise<Either<StoreUnavailable, number>>
  /** Empties it; what else lives in the store stays. */
  clear(): Promise<Either<StoreUnavailable, void>>
  /**
   * Hex digest of everything in it; the same for the same log, however it came about: but where it began with the state at a sequence, only
   * for what is told `since` that. Reads everything.
   */
  contentHash(since?: Sequence): Promise<Either<StoreUnavailable, At<string>>>
  close(): Promise<void>
}
