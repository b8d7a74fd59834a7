import type { Either } from '@periplus/prelude'
import type { ObjectRef } from '@periplus/api'
import type { NewEvent, RecordedEvent, Sequence } from './event.ts'
import type { Horizons } from './horizons.ts'

/** Where an event was stored. */
export interface Appended {
  readonly sequence: Sequence
  /** The same command id had been appended before; nothing new was written. */
  readonly duplicate: boolean
}

/** What a writer is told that may write for a time only, and whose time is over. */
export interface Fenced {
  readonly tag: 'Fenced'
  readonly message: string
}

/** Why an event was not stored, or is not known to be. */
export type AppendRefusal =
  /** Somebody else's event came first: the object's last sequence is not `expected`. */
  | { readonly tag: 'Conflict'; readonly actual: Sequence }
  /** The log did not acknowledge in time or cannot be reached. Whether the event was written is unknown: retry with the same id. */
  | { readonly tag: 'Unavailable'; readonly message: string }
  /** The event can never be accepted, such as a body over the server's limit. */
  | { readonly tag: 'Rejected'; readonly message: string }
  /** Nothing new is taken for now, as there is little room left; not written. What ends or changes an object still is. */
  | { readonly tag: 'Full'; readonly message: string }
  /** The event should have been sealed and could not be, as the object's or the cluster's key is not to be had; not written. */
  | { readonly tag: 'Unsealable'; readonly message: string }
  /** The event should have been sealed, and who keeps the cluster's key has been silent for too long; not written. */
  | { readonly tag: 'KeyExpired'; readonly message: string }
  /** This writer may not write any more; not written. */
  | Fenced

/** Several events that were appended as one. */
export interface AppendedAll {
  /** One for each event, in their order, without a gap between them. */
  readonly sequences: readonly Sequence[]
  /** All of them had been appended before; nothing new was written. */
  readonly duplicate: boolean
}

/** Why none of several events was written. */
export type AppendAllRefusal =
  | Exclude<AppendRefusal, { readonly tag: 'Conflict' }>
  /** Somebody else's event came first: the last sequence of the object of `events[index]` is not what that one expects. */
  | { readonly tag: 'Conflict'; readonly index: number; readonly actual: Sequence }

/** The most events that `appendAll` takes at once. */
export const mostAtOnce = 1_000

/** Why events cannot be read. */
export type ReadRefusal =
  /** Older than what the log retains. */
  { readonly tag: 'Gone'; readonly first: Sequence } | { readonly tag: 'Unavailable'; readonly message: string }

/**
 * Events in order. `through`, where it is there: everything up to this sequence has been read, though what follows the last of
 * these events (or all, where there are none) is no event.
 */
export type EventBatch = readonly RecordedEvent[] & { readonly through?: Sequence }

/** A message on the log's stream that is no event: it stays where it is, and every reader steps over it. */
export interface SetAside {
  readonly sequence: Sequence
  readonly subject: string
  /** What is wrong with it, in words that follow its sequence. */
  readonly reason: string
}

/** The first and last sequences of a log. */
export interface Bounds {
  /** Sequence of the oldest event that is kept; 0 for an empty log. */
  readonly first: Sequence
  /** Sequence of the newest event ever written, whether it is kept or not; 0 for an empty log. */
  readonly last: Sequence
  /**
   * What lies at or below it was compacted away, but for the state at it: the newest event of each object that lived then. 0: nothing
   * was.
   */
  readonly watermark: Sequence
  /** Kinds of which less can be read than of the log; absent: none. */
  readonly horizons?: Horizons
}

/** A state that a fold may begin with instead of at the log's first event. */
export interface Base {
  readonly sequence: Sequence
  /** The newest event of each object that lived at `sequence`, in the log's order. Throws `DamagedBlob` where it is not what was written. */
  readonly events: AsyncIterable<EventBatch>
}

/**
 * The one stream of all objects. One total order; `append` is a compare-and-set on the object's last sequence and resolves
 * when the event is on disk. Adapters: JetStream and in memory, held to one contract suite (`eventLogContract`).
 */
export interface EventLog {
  append(event: NewEvent): Promise<Either<AppendRefusal, Appended>>
  /**
   * Several events, each of another object and under an id of its own, all or none: they get successive sequences, and no batch of
   * `follow` or `range` ends between them. At least one, at most `mostAtOnce`. After `Unavailable`: the same events again. Where
   * some of the ids were used before, and not all of them together, `Rejected`.
   */
  appendAll(events: readonly NewEvent[]): Promise<Either<AppendAllRefusal, AppendedAll>>
  /**
   * Every event from `from` on, in order, without gaps or repetitions, first what is there and then what comes. What is no
   * event (`SetAside`) is stepped over. Survives reconnections and restarts of the server. Ends when `signal` aborts; throws
   * when events in the range are gone (`LogGap`), and when the log itself was closed or deleted.
   */
  follow(from: Sequence, signal: AbortSignal): AsyncIterable<EventBatch>
  /**
   * Every kept event with `from <= sequence <= to`, in order; ends by itself. Of kinds that cannot be read at `to` any more (`Bounds.horizons`),
   * some events or none; of the others, all that there are.
   */
  range(from: Sequence, to: Sequence, signal?: AbortSignal): AsyncIterable<EventBatch>
  /**
   * The event with exactly this sequence; `undefined` where it was rolled up, is of a kind of which that is not kept any more, or is none. Of those at or below the watermark, only the
   * newest of objects that lived there are not `Gone`.
   */
  get(sequence: Sequence): Promise<Either<ReadRefusal, RecordedEvent | undefined>>
  /** The object's newest event; tombstones included, unless they were compacted away. */
  last(ref: ObjectRef): Promise<Either<ReadRefusal, RecordedEvent | undefined>>
  bounds(): Promise<Either<ReadRefusal, Bounds>>
  /**
   * States at or before `atMost` to fold from, the newest first. Where one is damaged, the next is as good; where there is none, the
   * log's first event is where a fold begins. Of kinds that cannot be read at `atMost` any more, there may be less in it.
   */
  bases(atMost: Sequence): Promise<Either<ReadRefusal, readonly Base[]>>
}
