import type { Either } from '@periplus/prelude'
import type { ReadRefusal } from '../event-log.ts'

/** A record as the stream keeps it. */
export interface StoredRecord {
  /** Position in this stream; not a sequence of the log. */
  readonly sequence: number
  /** Milliseconds since the epoch when it was stored. */
  readonly time: number
  /** As it was appended under. */
  readonly subject: string
  readonly bytes: Uint8Array
}

/** Which part of a stream of records is read. */
export interface RecordRange {
  /** First position; default 1. */
  readonly from?: number
  /** Last position; default: what is last now. */
  readonly to?: number
  /** Milliseconds since the epoch: only what was stored from then on. Takes the place of `from`. */
  readonly since?: number
  /** Only this subject; NATS' wildcards `*` and a closing `>` are allowed. */
  readonly subject?: string
  readonly signal?: AbortSignal
}

/**
 * An append-only stream of records beside the log, such as the decisions. What is written here must never hold up an object's
 * write: `append` doesn't wait and doesn't fail; it keeps a bounded amount while the server is slow or gone, and counts what
 * it had to drop after that. Adapters: JetStream and in memory, held to one contract suite (`recordStreamContract`).
 */
export interface RecordStream {
  /** `subject`: one or more tokens joined by dots; `subjectToken` makes a token of any text. */
  append(subject: string, bytes: Uint8Array): void
  /** Resolves when everything appended before has been stored or dropped. */
  flush(): Promise<void>
  /** Kept records in order; ends by itself. */
  range(range: RecordRange): AsyncIterable<readonly StoredRecord[]>
  /** Kept records from `from` on, then what comes; ends when `signal` aborts. */
  follow(range: {
    readonly from?: number
    readonly subject?: string
    readonly signal: AbortSignal
  }): AsyncIterable<readonly StoredRecord[]>
  /** Position of the newest record; 0 for none. */
  last(): Promise<Either<ReadRefusal, number>>
  /** Records that were dropped since the start of this process. */
  readonly dropped: number
}
