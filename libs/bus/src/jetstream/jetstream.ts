import type { Either } from '@periplus/prelude'
import type { BusRefusal } from '../refusal.ts'
import type { StoredMessage } from './stored-message.ts'

/** How a stream is kept. What is not said here is as the server has it. */
export interface StreamSettings {
  readonly name: string
  /** Refused as `Unavailable` where there is none, in place of making it: that is for others to do. Default: it is made. */
  readonly madeElsewhere?: boolean
  readonly subjects: readonly string[]
  /** At least so many; a stream that has more keeps them. */
  readonly replicas: 1 | 3
  /** Milliseconds after which messages go; 0: never. Left out: as the stream has it, a new one never. */
  readonly maxAgeMilliseconds?: number
  /** Bytes over which the oldest messages go; -1: no limit. */
  readonly maxBytes: number
  /** Milliseconds within which a repeated message id is recognised. */
  readonly duplicateWindowMilliseconds: number
  /** A message may replace the earlier ones of its subject. */
  readonly rollup: boolean
  /** How many consumers it may have at once. Default: any number. */
  readonly maxConsumers?: number
  /** Single messages cannot be deleted. */
  readonly denyDelete: boolean
  /**
   * `synced` messages are on disk when acknowledged, as the server is configured; `eventual` ones a moment later, without an
   * fsync each. Chosen when the stream is created. Only `synced` streams take batches.
   */
  readonly durability: 'synced' | 'eventual'
  /** The sequence of the first message of a stream that is created; default 1. */
  readonly firstSequence?: number
  /**
   * What is stored at subjects within `source` is published once more, to those who listen at the same within `destination`: by the stream's leader, in
   * the stream's order, at most once, with headers that say what it is (NATS ADR-28). Both end with `>`. Left out: as the stream has it.
   */
  readonly republish?: { readonly source: string; readonly destination: string }
  /** Left as they are on a stream that exists. */
  readonly metadata?: Readonly<Record<string, string>>
}

/** How far a stream goes, and what it holds. */
export interface StreamState {
  /** 0 for an empty stream that never had a message. */
  readonly firstSequence: number
  readonly lastSequence: number
  readonly messages: number
  readonly bytes: number
  readonly metadata: Readonly<Record<string, string>>
}

/** Which servers keep a stream. */
export interface StreamCopies {
  /** How many are to. */
  readonly wanted: number
  /** Absent: none at the moment, and nothing is written. */
  readonly leader?: string
  /**
   * The others, by name; who is current lacks nothing that was acknowledged, as far as the leader knows; who is offline has said that it
   * stops, or has said nothing for about three minutes (NATS 2.15). `lag`: entries that it lacks, as far as the leader knows.
   */
  readonly others: readonly {
    readonly name: string
    readonly current: boolean
    readonly offline: boolean
    readonly lag: number
  }[]
}

/**
 * Who reads a stream from outside, at a place that the server keeps: by questions for the next messages (pull), which are acknowledged up to
 * one (`all`). What one of them may ask for is bounded.
 */
export interface StreamReader {
  readonly name: string
  /** Of the messages that it is given; none of these may be within another. */
  readonly subjects: readonly string[]
}

/** How far such a reader is. */
export interface StreamReaderState {
  /** Messages that it was not sent yet. */
  readonly pending: number
  /** Those that it was sent and has not acknowledged. */
  readonly unacknowledged: number
  /** Sequence up to which it has acknowledged everything that it was given. */
  readonly place: number
  /** Milliseconds since the epoch; absent: nothing was ever sent. */
  readonly lastSent?: number
}

/** A message for a stream, before it is stored. */
export interface Publication {
  readonly subject: string
  /** Pairs; names and values are printable ASCII. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly data: Uint8Array
}

/** What came of a publication. */
export type PublishAnswer =
  | { readonly tag: 'Stored'; readonly sequence: number; readonly duplicate: boolean }
  /** The server's own error: not stored. */
  | { readonly tag: 'Refused'; readonly code: number; readonly message: string }
  /** No acknowledgement: stored or not, nobody knows. */
  | { readonly tag: 'Unknown'; readonly message: string }

/** Which part of a stream is read. */
export interface ReadStream {
  readonly stream: string
  /** First sequence that is wanted; at least 1. */
  readonly from: number
  /** Milliseconds since the epoch: nothing that was stored before. Takes the place of `from`. */
  readonly since?: number
  /** Last sequence that is wanted: reading ends there, or at the stream's end. Absent: goes on with what comes. */
  readonly to?: number
  /**
   * Nothing but what this server's own copy holds, up to `to`; of a stream that it does not keep, nothing. A copy that breaks off ends
   * the reading as if it were over.
   */
  readonly copyOf?: string
  /** Only messages of this subject (wildcards allowed). Filtered readers slow the stream's writers down: not for OBJECTS. */
  readonly subject?: string
  /** Reads by a consumer that others make for it, in place of one of its own: all that it has when it is made, and what comes until that is read. */
  readonly by?: OfferedTo
  readonly signal?: AbortSignal
}

/** A consumer of this name, fresh, was made for somebody who may read by it and make none himself. */
export interface OfferedReading {
  readonly name: string
  /** Messages that wait for it. */
  readonly pending: number
  /** The stream's last sequence. */
  readonly last: number
}

/** Asks for a consumer, which begins where the one who asks has it begin; left: there is none to be had now. */
export type OfferedTo = () => Promise<Either<BusRefusal, OfferedReading>>

/** A reading that is offered to somebody. */
export interface Offer {
  /** Of the consumer. Whoever may ask for messages of a consumer of this name, and of no other, reads nothing else. */
  readonly name: string
  readonly subjects: readonly string[]
  readonly from: number
}

/** NATS JetStream, as far as Periplus uses it. */
export interface JetStream {
  /**
   * Creates the stream, or brings it to these settings, and reads back what the server made of it (servers accept and
   * ignore what they don't know). `Rejected` names the stream and what is different.
   */
  ensure(settings: StreamSettings): Promise<Either<BusRefusal, StreamState>>
  /** Of all streams that there are. */
  names(): Promise<Either<BusRefusal, readonly string[]>>
  state(stream: string): Promise<Either<BusRefusal, StreamState>>
  copies(stream: string): Promise<Either<BusRefusal, StreamCopies>>
  /** Adds to the stream's metadata, or changes what is there under these names. */
  annotate(stream: string, metadata: Readonly<Record<string, string>>): Promise<Either<BusRefusal, void>>
  /** Deletes the stream with everything in it; fine where there is none. */
  remove(stream: string): Promise<Either<BusRefusal, void>>
  /** Removes what was stored under a subject (wildcards allowed), `upTo` a sequence included; resolves with how many messages went. */
  purge(stream: string, what: { readonly subject: string; readonly upTo: number }): Promise<Either<BusRefusal, number>>
  /** Makes the reader where there is none, which begins at the stream's beginning, or gives it these subjects. */
  ensureReader(stream: string, reader: StreamReader): Promise<Either<BusRefusal, void>>
  /** Of all readers that were made so, by name. */
  readers(stream: string): Promise<Either<BusRefusal, ReadonlyMap<string, StreamReaderState>>>
  /**
   * Makes a consumer for a reader with `ReadStream.by`; one of this name that is there is forgotten, and whoever reads by it asks again. It goes by itself
   * some seconds after it was last asked for anything.
   */
  offer(stream: string, offer: Offer): Promise<Either<BusRefusal, OfferedReading>>
  /** Forgets the reader and its place; fine where there is none. */
  removeReader(stream: string, name: string): Promise<Either<BusRefusal, void>>
  /** Overwrites a message's bytes on the server's disk and removes it; fine where there is none. Not of streams with `denyDelete`. */
  erase(stream: string, sequence: number): Promise<Either<BusRefusal, void>>
  /** From the stream's leader, so linearizable; `undefined` where there is no such message. */
  message(stream: string, sequence: number): Promise<Either<BusRefusal, StoredMessage | undefined>>
  lastMessage(stream: string, subject: string): Promise<Either<BusRefusal, StoredMessage | undefined>>
  /** The first message of a subject (wildcards allowed) at a sequence or after it. */
  nextMessage(stream: string, subject: string, from: number): Promise<Either<BusRefusal, StoredMessage | undefined>>
  /** Pipelined: any number may be in flight. */
  publish(publication: Publication, timeoutMilliseconds?: number): Promise<PublishAnswer>
  /**
   * Stores several messages as one (NATS ADR-50): all, with one
   * sync to disk for all of them, or none. The answer's sequence is the last one's; the others have those right before it.
   */
  publishBatch(publications: readonly Publication[], timeoutMilliseconds?: number): Promise<PublishAnswer>
  /**
   * Messages in order, each exactly once, in batches as they arrive; outlives reconnections and restarts of the server. Reads
   * ahead by a bounded amount only. Ends at `to` or when `signal` aborts; throws when the bus is closed.
   */
  read(request: ReadStream): AsyncGenerator<readonly StoredMessage[]>
}
