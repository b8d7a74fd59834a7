import type { RecordedEvent, Sequence } from '@periplus/log'

/** An event that tells one log from another: the newest one that is applied and that the log keeps. */
export interface Tip {
  readonly sequence: Sequence
  readonly id: string
}

/** State to start from instead of the log's beginning. */
export interface Snapshot {
  readonly sequence: Sequence
  readonly tip: Tip | undefined
  /**
   * The newest event of every object at `sequence` or later, tombstones (whose bodies may be empty) included, each object at
   * least once. Read while others write, so some may be newer than `sequence`: whoever loads this also applies the log's
   * events from there on. Throws when the store goes away in between, and `DamagedStore` when
   * it is not what was written to it.
   */
  readonly events: AsyncIterable<readonly RecordedEvent[]>
}

/** Where a cut may start from, so that it needn't read the whole log. */
export interface SnapshotSource {
  /** `undefined` when there is nothing to start from, or it cannot be reached: then the log is read from its beginning. */
  snapshot(): Promise<Snapshot | undefined>
  /** Empties a store that was found damaged (`DamagedStore`), for it to be built anew. */
  clear(): Promise<unknown>
}
