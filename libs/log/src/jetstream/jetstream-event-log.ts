import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { Bus, BusRefusal, StoredMessage } from '@periplus/bus'
import type { Blobs } from '../blobs/blobs.ts'
import { objectStoreBlobs } from '../blobs/object-store-blobs.ts'
import { messageOf } from '../encoding/cloud-event.ts'
import type { PublishedAs } from '../encoding/cloud-event.ts'
import { objectSubjects, subjectOf } from '../encoding/subject.ts'
import type { Upcaster } from '../encoding/upcasting.ts'
import type { NewEvent, RecordedEvent, Sequence } from '../event.ts'
import type { Bounds, EventBatch, EventLog, ReadRefusal, SetAside } from '../event-log.ts'
import { horizonsIn } from '../horizons.ts'
import { LogGap } from '../log-gap.ts'
import { acceptedKey } from '../verify/gaps.ts'
import { appendAllTo } from './append-all.ts'
import { appendTo } from './append.ts'
import { baseOfLog } from './base-of-log.ts'
import { belowWatermark } from './below-watermark.ts'
import type { AppendDependencies } from './append.ts'
import { groupCommit } from './group-commit.ts'
import type { Published } from './group-commit.ts'
import { messageReader } from './message-reader.ts'
import { newestOf } from './newest.ts'
import { aMoment, readAsLed } from './read-as-led.ts'
import type { MissingHere } from './read-as-led.ts'
import { countingRollups } from './replaced.ts'
import { basesOf } from './bases.ts'
import { watermarkKey, watermarkOf } from './watermark.ts'
import { wholeBatches } from './whole-batches.ts'

/** Which stream, over which connection. */
export interface JetStreamEventLogConfig {
  /** Name of the cluster; part of every event's `ce-source`. */
  readonly cluster: string
  /** Default `OBJECTS`. */
  readonly stream?: string
  /** How many servers of a NATS cluster keep the log, at least. Default 1. */
  readonly replicas?: 1 | 3
  /** Another process makes the stream, and this one is refused where there is none. Default: this one makes it. */
  readonly madeElsewhere?: boolean
  /** Milliseconds until an append without acknowledgement is `Unavailable`. Default 5,000. */
  readonly appendTimeoutMilliseconds?: number
  /**
   * Whether this process may still append, asked at the last moment before events are sent; where not, they are `Fenced`. A
   * process that stood still between the question and the sending has lost its connection if that was for longer than the server's
   * pings allow (`deploy/nats/nats.conf`), and what it sends then reaches nobody. Default: always.
   */
  readonly mayAppend?: () => boolean
  /** A log that is created begins behind this sequence, the state at which is among its snapshots (`restoreState`). */
  readonly beginsAfter?: Sequence
  /** Where snapshots of it are; default: the bucket of the stream's name in JetStream's object store. */
  readonly snapshots?: Blobs
  /**
   * Milliseconds for which a watermark is taken as known. What a writer expects is judged by it where the stream has nothing, and what is
   * compacted is older than `youngest`, so this must be well below that. Default 30,000.
   */
  readonly watermarkMilliseconds?: number
  /** For event shapes that are no longer written. */
  readonly upcasters?: readonly Upcaster[]
  /** Told once of each message that is no event, when it is first read. */
  readonly onSetAside?: (found: SetAside) => void
  /** Told of events that a copy of the log lacks, and that were read from the server that leads it. */
  readonly onMissingHere?: (missing: MissingHere) => void
}

const unavailable = ({ message }: BusRefusal): ReadRefusal => ({ tag: 'Unavailable', message })

/** The first sequence from `next` on at which there is no message, before the last of these. */
const firstGap = (messages: readonly StoredMessage[], next: Sequence): Sequence | undefined => {
  let expected = next
  for (const { sequence } of messages) {
    if (sequence > expected) return expected
    expected = sequence + 1
  }
  return undefined
}

const beginningOf = (after: Sequence | undefined) =>
  after === undefined
    ? {}
    : { firstSequence: after + 1, metadata: { [watermarkKey]: String(after), [acceptedKey]: '0' } }

const fenced = { tag: 'Fenced', message: 'this process may not write to the log any more' } as const

/**
 * The log on a JetStream stream, which is created where it isn't there yet. Left: NATS cannot be reached, or the stream is
 * kept in a way that would lose events.
 */
export const jetStreamEventLog = async (
  bus: Bus,
  config: JetStreamEventLogConfig,
): Promise<Either<BusRefusal, EventLog>> => {
  const {
    cluster,
    stream = 'OBJECTS',
    replicas = 1,
    madeElsewhere = false,
    appendTimeoutMilliseconds = 5_000,
    watermarkMilliseconds = 30_000,
    mayAppend = () => true,
  } = config
  const { jetstream } = bus
  const made = await jetstream.ensure({
    name: stream,
    subjects: [objectSubjects],
    ...{ replicas, madeElsewhere },
    maxAgeMilliseconds: 0,
    maxBytes: -1,
    duplicateWindowMilliseconds: 120_000,
    rollup: true,
    denyDelete: true,
    durability: 'synced',
    ...beginningOf(config.beginsAfter),
  })
  if (E.isLeft(made)) return made

  const publish = async (event: NewEvent, as?: PublishedAs): Promise<Published> => {
    const message = messageOf(cluster, event, as)
    return mayAppend() ? jetstream.publish(message, appendTimeoutMilliseconds) : fenced
  }
  const publishBatch = async (events: readonly NewEvent[], as?: readonly PublishedAs[]): Promise<Published> => {
    const messages = events.map((event, i) => messageOf(cluster, event, as?.[i]))
    return mayAppend() ? jetstream.publishBatch(messages, appendTimeoutMilliseconds) : fenced
  }

  const reader = messageReader(config.upcasters, config.onSetAside ?? (() => undefined))
  const blobs = config.snapshots ?? objectStoreBlobs(bus, stream)
  const base = baseOfLog(jetstream, stream, blobs, watermarkMilliseconds)
  const newest = newestOf(jetstream, stream, reader, base)
  const refusedOrGone = async (sequence: Sequence): Promise<Either<ReadRefusal, undefined>> => {
    const watermark = await base.watermark(true)
    if (E.isLeft(watermark)) return E.left(unavailable(watermark.left))
    return sequence <= watermark.right ? E.left({ tag: 'Gone', first: watermark.right + 1 }) : E.right(undefined)
  }
  /** Where the stream has none: what the log had at its watermark, or that it is gone. */
  const keptAt = async (sequence: Sequence): Promise<Either<ReadRefusal, RecordedEvent | undefined>> => {
    const gone = await refusedOrGone(sequence)
    if (E.isRight(gone) || gone.left.tag !== 'Gone') return gone
    const kept = await base.bySequence(sequence)
    if (E.isLeft(kept)) return E.left(unavailable(kept.left))
    const event = kept.right && reader.one(kept.right)
    return event ? E.right(event) : gone
  }
  /** Waits for an answer as long as it takes; reading resumes by itself too. */
  const assertKept = async (from: Sequence, signal: AbortSignal | undefined): Promise<void> => {
    while (!signal?.aborted) {
      const answer = await refusedOrGone(from)
      if (E.isRight(answer)) return
      if (answer.left.tag === 'Gone') throw new LogGap(from, answer.left.first)
      await aMoment(bus, signal)
    }
  }
  /** Where a damaged log ends before its last sequence: the newest message that is there, and that sequence. */
  const lostEnd = async (): Promise<{ readonly newest: Sequence; readonly through: Sequence } | undefined> => {
    const state = await jetstream.state(stream)
    if (E.isLeft(state)) return undefined
    // Asked later, so never older than the state where nothing is lost.
    const found = await jetstream.lastMessage(stream, objectSubjects)
    if (E.isLeft(found)) return undefined
    const newest = found.right?.sequence ?? 0
    return newest < state.right.lastSequence ? { newest, through: state.right.lastSequence } : undefined
  }
  async function* events(
    from: Sequence,
    to: Sequence | undefined,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<EventBatch> {
    await assertKept(from, signal)
    const request = {
      stream,
      from: Math.max(1, from),
      ...(to === undefined ? {} : { to }),
      ...(signal ? { signal } : {}),
    }
    const lost = to === undefined ? await lostEnd() : undefined
    if (lost && from > lost.newest && from <= lost.through) yield Object.assign([], { through: lost.through })
    let next = Math.max(1, from)
    for await (const messages of wholeBatches(readAsLed(bus, request, config.onMissingHere), lost?.newest)) {
      // What is compacted away while it is being read is left out by the server, without a word.
      if (signal?.aborted) return
      const gap = firstGap(messages, next)
      if (gap !== undefined) await assertKept(gap, signal)
      next = (messages.at(-1)?.sequence ?? next - 1) + 1
      yield reader.batch(messages)
      if (messages.at(-1)?.sequence === lost?.newest && lost) yield Object.assign([], { through: lost.through })
    }
    if (to !== undefined && next <= to && !signal?.aborted) await assertKept(next, signal)
  }

  const appending: AppendDependencies = {
    publish: countingRollups(jetstream, stream, groupCommit({ publish, publishBatch })),
    newest: ref => newest(subjectOf(ref)),
    at: async sequence => {
      const found = await jetstream.message(stream, sequence)
      return E.isLeft(found) ? found : E.right(found.right && reader.one(found.right))
    },
    below: belowWatermark(base),
    // The rest is for headers.
    maxBodyBytes: bus.maxPayload - 64 * 1024,
  }
  return E.right({
    append: appendTo(appending),
    appendAll: appendAllTo(appending),
    follow: (from, signal) => events(from, undefined, signal),
    range: (from, to, signal) => events(from, to, signal),
    get: async sequence => {
      const found = await jetstream.message(stream, sequence)
      if (E.isLeft(found)) return E.left(unavailable(found.left))
      return found.right ? E.right(reader.one(found.right)) : keptAt(sequence)
    },
    last: async ref => {
      const found = await newest(subjectOf(ref))
      return E.isLeft(found) ? E.left(unavailable(found.left)) : E.right(found.right.last)
    },
    bounds: async (): Promise<Either<ReadRefusal, Bounds>> => {
      const state = await jetstream.state(stream)
      if (E.isLeft(state)) return E.left(unavailable(state.left))
      const { firstSequence, lastSequence } = state.right
      const horizons = horizonsIn(state.right)
      return E.right({
        ...{ first: firstSequence, last: lastSequence, watermark: watermarkOf(state.right) },
        ...(Object.keys(horizons).length > 0 ? { horizons } : {}),
      })
    },
    bases: basesOf(
      {
        ...{ jetstream, stream, blobs },
        ...(config.upcasters ? { upcasters: config.upcasters } : {}),
      },
      reader,
    ),
  })
}
