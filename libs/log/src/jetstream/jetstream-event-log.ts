import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { Bus, BusRefusal } from '@periplus/bus'
import type { Blobs } from '../blobs/blobs.ts'
import { objectStoreBlobs } from '../blobs/object-store-blobs.ts'
import { messageOf } from '../encoding/cloud-event.ts'
import type { PublishedAs } from '../encoding/cloud-event.ts'
import { objectSubjects, subjectOf } from '../encoding/subject.ts'
import type { Upcaster } from '../encoding/upcasting.ts'
import type { NewEvent, Sequence } from '../event.ts'
import type { Bounds, EventBatch, EventLog, ReadRefusal, SetAside } from '../event-log.ts'
import { LogGap } from '../log-gap.ts'
import { appendAllTo } from './append-all.ts'
import { appendTo } from './append.ts'
import type { AppendDependencies } from './append.ts'
import { groupCommit } from './group-commit.ts'
import type { Published } from './group-commit.ts'
import { messageReader } from './message-reader.ts'
import { newestOf } from './newest.ts'
import { countingRollups } from './replaced.ts'
import { basesOf } from './bases.ts'
import { watermarkOf } from './watermark.ts'
import { wholeBatches } from './whole-batches.ts'

/** Which stream, over which connection. */
export interface JetStreamEventLogConfig {
  /** Name of the cluster; part of every event's `ce-source`. */
  readonly cluster: string
  /** Default `OBJECTS`. */
  readonly stream?: string
  /** How many servers of a NATS cluster keep the log, at least. Default 1. */
  readonly replicas?: 1 | 3
  /** Milliseconds until an append without acknowledgement is `Unavailable`. Default 5,000. */
  readonly appendTimeoutMilliseconds?: number
  /**
   * Whether this process may still append, asked at the last moment before events are sent; where not, they are `Fenced`. A
   * process that stood still between the question and the sending has lost its connection if that was for longer than the server's
   * pings allow (`deploy/nats/nats.conf`), and what it sends then reaches nobody. Default: always.
   */
  readonly mayAppend?: () => boolean
  /** Where snapshots of it are; default: the bucket of the stream's name in JetStream's object store. */
  readonly snapshots?: Blobs
  /** For event shapes that are no longer written. */
  readonly upcasters?: readonly Upcaster[]
  /** Told once of each message that is no event, when it is first read. */
  readonly onSetAside?: (found: SetAside) => void
}

const unavailable = ({ message }: BusRefusal): ReadRefusal => ({ tag: 'Unavailable', message })

const patience = 250

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
    appendTimeoutMilliseconds = 5_000,
    mayAppend = () => true,
  } = config
  const { jetstream } = bus
  const made = await jetstream.ensure({
    name: stream,
    subjects: [objectSubjects],
    replicas,
    maxAgeMilliseconds: 0,
    maxBytes: -1,
    duplicateWindowMilliseconds: 120_000,
    rollup: true,
    denyDelete: true,
    durability: 'synced',
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
  const publishGrouped = groupCommit({ publish, publishBatch })
  const publishAs = (events: readonly NewEvent[], as: readonly PublishedAs[]): Promise<Published> => {
    const [event, another] = events
    return event && !another ? publish(event, as[0]) : publishBatch(events, as)
  }

  const reader = messageReader(config.upcasters, config.onSetAside ?? (() => undefined))
  const newest = newestOf(jetstream, stream, reader)
  const refusedOrGone = async (sequence: Sequence): Promise<Either<ReadRefusal, undefined>> => {
    const state = await jetstream.state(stream)
    if (E.isLeft(state)) return E.left(unavailable(state.left))
    const watermark = watermarkOf(state.right)
    return sequence <= watermark ? E.left({ tag: 'Gone', first: watermark + 1 }) : E.right(undefined)
  }
  /** Waits for an answer as long as it takes; reading resumes by itself too. */
  const assertKept = async (from: Sequence, signal: AbortSignal | undefined): Promise<void> => {
    while (!signal?.aborted) {
      const answer = await refusedOrGone(from)
      if (E.isRight(answer)) return
      if (answer.left.tag === 'Gone') throw new LogGap(from, answer.left.first)
      await new Promise(resolve => setTimeout(resolve, patience))
      await bus.whenConnected(signal).catch((error: unknown) => {
        if (!signal?.aborted) throw error
      })
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
    const request = { stream, from, ...(to === undefined ? {} : { to }), ...(signal ? { signal } : {}) }
    const lost = to === undefined ? await lostEnd() : undefined
    if (lost && from > lost.newest && from <= lost.through) yield Object.assign([], { through: lost.through })
    for await (const messages of wholeBatches(jetstream.read(request), lost?.newest)) {
      yield reader.batch(messages)
      if (messages.at(-1)?.sequence === lost?.newest && lost) yield Object.assign([], { through: lost.through })
    }
  }

  const appending: AppendDependencies = {
    publish: countingRollups(jetstream, stream, (events, as) =>
      as === undefined ? publishGrouped(events) : publishAs(events, as),
    ),
    newest: ref => newest(subjectOf(ref)),
    at: async sequence => {
      const found = await jetstream.message(stream, sequence)
      return E.isLeft(found) ? found : E.right(found.right && reader.one(found.right))
    },
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
      return found.right ? E.right(reader.one(found.right)) : refusedOrGone(sequence)
    },
    last: async ref => {
      const found = await newest(subjectOf(ref))
      return E.isLeft(found) ? E.left(unavailable(found.left)) : E.right(found.right.last)
    },
    bounds: async (): Promise<Either<ReadRefusal, Bounds>> => {
      const state = await jetstream.state(stream)
      if (E.isLeft(state)) return E.left(unavailable(state.left))
      const { firstSequence, lastSequence } = state.right
      return E.right({ first: firstSequence, last: lastSequence })
    },
    bases: basesOf(
      {
        ...{ jetstream, stream, blobs: config.snapshots ?? objectStoreBlobs(bus, stream) },
        ...(config.upcasters ? { upcasters: config.upcasters } : {}),
      },
      reader,
    ),
  })
}
