import type { Either } from '@periplus/prelude'

/** How far a sink has come, and what became of the lines on the way. */
export interface SinkPosition {
  /** Everything of the stream up to here needs no more delivering. */
  readonly position: number
  readonly delivered: number
  readonly dropped: number
  /** The copy of the router that wrote it. */
  readonly router: string
}

/** A position as it is kept; `revision` is what a later one must name, 0 where there is none yet. */
export interface KeptPosition {
  readonly revision: number
  readonly value: SinkPosition | undefined
}

export type PositionRefusal =
  /** Somebody else wrote since: the sink is theirs. */
  | { readonly tag: 'Taken' }
  /** Not kept, or nobody knows. */
  | { readonly tag: 'Unavailable'; readonly message: string }

/**
 * Where sinks have come to, kept so that another copy of the router goes on from there. A compare-and-set on the revision fences
 * off a copy that lost its sinks and does not know yet. Adapters: JetStream and in memory.
 */
export interface SinkPositions {
  load(uid: string): Promise<Either<PositionRefusal, KeptPosition>>
  /** Resolves with the new revision when it is on disk. */
  save(uid: string, value: SinkPosition, revision: number): Promise<Either<PositionRefusal, number>>
  /** The sink is gone for good; what cannot be removed now stays, and harms nobody. */
  forget(uid: string): Promise<void>
}
