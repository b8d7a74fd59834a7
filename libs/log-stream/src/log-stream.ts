import type { Either } from '@periplus/prelude'
import type { EncodedFrame } from './codec/frame-writer.ts'
import type { ContainerRun, Loss, LogRecord } from './record.ts'
import type { LogScope } from './subject.ts'

/** Why the stream took or gave nothing. */
export type LogStreamRefusal =
  /** The stream cannot be reached, or did not say; the same frame may be appended again. */
  | { readonly tag: 'Unavailable'; readonly message: string }
  /** It will never take this. */
  | { readonly tag: 'Rejected'; readonly message: string }

/** What the stream has. */
export interface LogBounds {
  /** Position of the oldest frame that is kept; greater than `last` where nothing is kept. */
  readonly first: number
  /** Position of the newest frame ever stored; 0 for none. */
  readonly last: number
  readonly bytes: number
}

export interface FrameSize {
  readonly position: number
  readonly bytes: number
}

/** Which part of the stream is read. */
export interface LogReading {
  /** Position of the first frame that is wanted. Default 1. */
  readonly from?: number
  /** Milliseconds since the epoch: only what was stored from then on. Takes the place of `from`. */
  readonly since?: number
  /** Position of the last frame that is wanted; where nothing is followed, default what is last now. */
  readonly to?: number
  /** Default: everybody's. */
  readonly scope?: LogScope
  /** Goes on with what comes, until `signal` aborts. Default: ends with what is there now. */
  readonly follow?: boolean
  readonly signal?: AbortSignal
}

/** Lines of a run that are not there, as far as is known. */
export interface RunLoss extends Loss {
  /** Absent for what nobody knows whose it was. */
  readonly run?: ContainerRun
}

/** The next of what is read; comes from one frame. */
export interface LogBatch {
  /** Reading on from `position + 1` gives what follows. */
  readonly position: number
  /** Milliseconds since the epoch when it was stored. */
  readonly storedAt: number
  /** Of one run, in the order of their numbers, none of which this reading has given before. */
  readonly records: readonly LogRecord[]
  readonly losses: readonly RunLoss[]
  /** The run of which this was the last. */
  readonly ended?: ContainerRun
}

/**
 * The stream of all containers' lines. At least once from the file to the stream; `read` gives each line once, by its number, and
 * says which are missing. Adapters: JetStream and in memory, held to one contract suite (`logStreamContract`).
 */
export interface LogStream {
  /**
   * Resolves with the frame's position when the stream has it, which is a moment before it is on disk: whoever hears that the
   * server has gone appends again what it appended in the seconds before. The same frame again is not stored twice within two minutes.
   */
  append(frame: EncodedFrame): Promise<Either<LogStreamRefusal, number>>
  /**
   * Batches in the order of their frames; outlives reconnections and restarts of the server. What the stream no longer has is a
   * loss (`Expired`), and what is no frame is stepped over. Throws when the stream is closed or deleted.
   */
  read(reading: LogReading): AsyncIterable<LogBatch>
  bounds(): Promise<Either<LogStreamRefusal, LogBounds>>
  /** Sizes of what is stored of a scope, in order, without reading what is in it; ends with what is there now. */
  sizes(reading: Pick<LogReading, 'from' | 'since' | 'scope' | 'signal'>): AsyncIterable<readonly FrameSize[]>
  /** Takes out what was stored of a scope up to a position; resolves with how many frames went. */
  expire(scope: LogScope, upTo: number): Promise<Either<LogStreamRefusal, number>>
}
