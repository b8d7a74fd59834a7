import { E } from '@periplus/prelude'
import { AckPolicy, DeliverPolicy, JetStreamApiError } from '@nats-io/jetstream'
import type { ConsumerInfo, JetStreamManager } from '@nats-io/jetstream'
import { removed } from './api-requests.ts'
import type { Offer, OfferedReading, ReadStream } from './jetstream.ts'
import type { Wire, WireListener } from '../wire/wire.ts'
import { consumerStatus, deliveredMessage } from './delivered-message.ts'
import type { ConsumerStatus, Delivered } from './delivered-message.ts'

/** Messages that are asked for ahead of being used, and their bytes (of one question). */
const window = 4096
const windowBytes = 8 * 1024 * 1024
/** The server says that it lives this often, in milliseconds, while a question of ours is open. */
const heartbeat = 1_000
const questionLives = 30_000
/**
 * After this long without a question, the server forgets the consumer. Nanoseconds. Those that are offered are of many readers at once, of whom none can
 * tell the server to forget his, and each costs it something with every message that it stores.
 */
const forgottenAfter = { own: 60_000_000_000, offered: 5_000_000_000 }

/**
 * One ephemeral consumer of a stream: messages in order from `from` on until something breaks, and then no more. An ordered
 * consumer in the sense of NATS ADR-17, on pull requests: the reader asks for what it has room for, so that a slow reader
 * slows nobody else down and holds a bounded amount.
 */
export interface ConsumerSession {
  /** Messages that were waiting when the consumer was made. */
  readonly pending: number
  /** The next messages; `undefined` when the session is over and another must be opened. */
  next(): Promise<readonly Delivered[] | undefined>
  /** Ends `next`, and tells the server to forget the consumer. */
  close(): void
}

export const openSession = async (
  openWire: (inbox: string, listener: WireListener) => Promise<Wire>,
  manager: JetStreamManager,
  inbox: string,
  request: ReadStream,
): Promise<ConsumerSession> => {
  const { stream, from, to = Infinity } = request
  let arrived: Delivered[] = []
  let wake: (() => void) | undefined
  let broken = false
  let failure: unknown
  let delivered = 0
  /** Messages that the server may still send for open questions. */
  let outstanding = 0
  /** Messages that may still be asked for: a range has no more than this. */
  let unasked = to - from + 1
  let heard = performance.now()

  const resume = (): void => {
    wake?.()
    wake = undefined
  }
  const fail = (error?: unknown): void => {
    broken = true
    failure ??= error
    resume()
  }
  const status = ({ code, pendingMessages: left }: ConsumerStatus): void => {
    if (code === 100) return
    // A question is over: it lived out its time (408), or reached its bytes (409); what it left is no longer outstanding.
    if ((code === 408 || code === 409) && Number.isFinite(left)) {
      outstanding -= left
      unasked += left
      ask()
    } else fail()
  }
  const wire = await openWire(inbox, {
    message: frame => {
      const next = deliveredMessage(frame)
      if (!next) return status(consumerStatus(frame))
      // Something between the server and us was lost.
      if (next.delivery !== delivered + 1) return fail()
      delivered = next.delivery
      outstanding--
      if (!broken) arrived.push(next)
    },
    pause: () => {
      heard = performance.now()
      if (arrived.length > 0) resume()
    },
    lost: fail,
  })
  const info = await consumerOf(manager, request).catch((error: unknown) => {
    wire.close()
    throw error
  })
  const ask = (): void => {
    const room = Math.min(window - arrived.length - outstanding, unasked)
    if (broken || room <= 0 || room < Math.min(window / 2, unasked)) return
    outstanding += room
    unasked -= room
    const question = {
      batch: room,
      max_bytes: windowBytes,
      expires: questionLives * 1e6,
      idle_heartbeat: heartbeat * 1e6,
    }
    wire.publish(`$JS.API.CONSUMER.MSG.NEXT.${stream}.${info.name}`, JSON.stringify(question))
  }
  const isSilent = (): boolean => !broken && outstanding > 0 && performance.now() - heard > 2.5 * heartbeat
  // A process that stood still itself has not read yet what came meanwhile: it does before it asks the second time.
  const listening = setInterval(() => isSilent() && setImmediate(() => isSilent() && fail()), heartbeat)
  ask()

  return {
    pending: info.pending,
    next: async () => {
      if (arrived.length === 0 && !broken) await new Promise<void>(resolve => (wake = resolve))
      if (failure !== undefined) throw failure
      if (arrived.length === 0) return undefined
      const messages = arrived
      arrived = []
      if (outstanding === 0) heard = performance.now()
      ask()
      return messages
    },
    close: () => {
      fail()
      clearInterval(listening)
      wire.close()
      // One that was made for us is not ours to delete.
      if (request.by) return
      manager.consumers.delete(stream, info.name).catch((error: unknown) => {
        if (!(error instanceof JetStreamApiError)) return // unreachable: the server forgets it by itself
      })
    },
  }
}

const consumerOf = async (
  manager: JetStreamManager,
  request: ReadStream,
): Promise<{ readonly name: string; readonly pending: number }> => {
  if (request.by) {
    const offered = await request.by()
    if (E.isLeft(offered)) throw new Error(offered.left.message)
    return offered.right
  }
  const { name, num_pending: pending } = await consumerAt(manager, request)
  return { name, pending }
}

/** So often a consumer is asked for until it is where it is wanted: the server places each on any of those that keep the stream. */
const placements = 60

const consumerAt = async (manager: JetStreamManager, request: ReadStream): Promise<ConsumerInfo> => {
  const { stream, copyOf } = request
  for (let left = placements; ; left--) {
    const info = await manager.consumers.add(stream, settingsOf(request))
    if (copyOf === undefined || (info.cluster?.leader ?? copyOf) === copyOf) return info
    await manager.consumers.delete(stream, info.name)
    if (left === 0) throw new Error(`no consumer of ${stream} comes to be on ${copyOf}`)
  }
}

/** Likewise for somebody else, who may make none: one for all of his subjects, so that he is given them in the stream's order. */
export const offerReading = async (
  manager: JetStreamManager,
  stream: string,
  { name, subjects, from }: Offer,
): Promise<OfferedReading> => {
  await removed(() => manager.consumers.delete(stream, name))
  const { num_pending: pending } = await manager.consumers.add(stream, {
    ...settingsOf({ stream, from }),
    name,
    filter_subjects: [...subjects],
    inactive_threshold: forgottenAfter.offered,
  })
  const { state } = await manager.streams.info(stream)
  return { name, pending, last: state.last_seq }
}

const settingsOf = ({ from, since, subject }: ReadStream) => ({
  ack_policy: AckPolicy.None,
  ...(since === undefined
    ? { deliver_policy: DeliverPolicy.StartSequence, opt_start_seq: from }
    : { deliver_policy: DeliverPolicy.StartTime, opt_start_time: new Date(since).toISOString() }),
  mem_storage: true,
  num_replicas: 1,
  inactive_threshold: forgottenAfter.own,
  ...(subject === undefined ? {} : { filter_subject: subject }),
})
