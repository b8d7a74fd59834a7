import type { Either } from '@periplus/prelude'
import type { ObjectRef } from '@periplus/api'
import type { EventType, RecordedEvent, Sequence } from '@periplus/log'
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

/** One event of an object's history. */
export interface PastEvent {
  readonly sequence: Sequence
  readonly type: EventType
}

/** An object as it was at some moment: the event that holds its state is the log's `sequence`. */
export interface ObjectAt {
  readonly ref: ObjectRef
  readonly sequence: Sequence
}

/** What objects are found by. */
export type Pointer =
  | { readonly by: 'owner'; readonly uid: string }
  | { readonly by: 'node'; readonly name: string }
  | {
      readonly by: 'label'
      readonly group: string
      readonly resource: string
      readonly label: string
      readonly value: string
    }

/**
 * The log's state outside of any process (law 3: disposable, rebuilt from the log to the identical content): every object,
 * indexes, each object's history, and the sequence up to which all of that is applied. Adapters: Redis and in memory, held to
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
  /** Empties it; what else lives in the store stays. */
  clear(): Promise<Either<StoreUnavailable, void>>
  /** The object's events that the log keeps, oldest first. */
  history(ref: ObjectRef): Promise<Either<StoreUnavailable, At<readonly PastEvent[]>>>
  /** The objects of a resource that lived at `sequence`, by namespace and name. Moments after `applied` are as of `applied`. */
  objectsAt(
    sequence: Sequence,
    scope: { readonly group: string; readonly resource: string; readonly namespace?: string },
  ): Promise<Either<StoreUnavailable, At<readonly ObjectAt[]>>>
  /** Live objects that point there, in no order. */
  find(pointer: Pointer): Promise<Either<StoreUnavailable, At<readonly ObjectRef[]>>>
  /** Hex digest of everything in it; the same for the same log, however it came about. Reads everything. */
  contentHash(): Promise<Either<StoreUnavailable, At<string>>>
  close(): Promise<void>
}
