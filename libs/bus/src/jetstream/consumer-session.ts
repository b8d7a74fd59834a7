import type { Msg, NatsConnection } from 'nats'
import { createInbox } from 'nats'
import { AckPolicy, DeliverPolicy, JetStreamApiError } from '@nats-io/jetstream'
import type { JetStreamManager } from '@nats-io/jetstream'
import type { ReadStream } from './jetstream.ts'
import { mailbox } from './mailbox.ts'
import { deliveredMessage } from './stored-message.ts'
import type { Delivered } from './stored-message.ts'

/** Messages that are asked for ahead of being used, and their bytes (of one question). */
const window = 1024
const windowBytes = 8 * 1024 * 1024
/** The server says that it lives this often, in milliseconds, while a question of ours is open. */
const heartbeat = 2_000
const questionLives = 30_000
/** After this long without a question, the server forgets the consumer. Nanoseconds. */
const forgottenAfter = 60_000_000_000

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
  connection: NatsConnection,
  manager: JetStreamManager,
  { stream, from, to = Infinity, since, subject }: ReadStream,
): Promise<ConsumerSession> => {
  const info = await manager.consumers.add(stream, {
    ack_policy: AckPolicy.None,
    ...(since === undefined
      ? { deliver_policy: DeliverPolicy.StartSequence, opt_start_seq: from }
      : { deliver_policy: DeliverPolicy.StartTime, opt_start_time: new Date(since).toISOString() }),
    mem_storage: true,
    num_replicas: 1,
    inactive_threshold: forgottenAfter,
    ...(subject === undefined ? {} : { filter_subject: subject }),
  })
  const inbox = createInbox()
  const arrived = mailbox<Delivered>()
  let broken = false
  let delivered = 0
  /** Messages that the server may still send for open questions. */
  let outstanding = 0
  /** Messages that may still be asked for: a range has no more than this. */
  let unasked = to - from + 1
  let heard = performance.now()

  const fail = (): void => {
    broken = true
    arrived.wake()
  }
  const status = (message: Msg): void => {
    const code = message.headers?.code ?? 0
    if (code === 100) return
    // A question is over: it lived out its time (408), or reached its bytes (409); what it left is no longer outstanding.
    const left = Number(message.headers?.get('Nats-Pending-Messages') || 'NaN')
    if ((code === 408 || code === 409) && Number.isFinite(left)) {
      outstanding -= left
      unasked += left
      ask()
    } else fail()
  }
  const subscription = connection.subscribe(inbox, {
    callback: (error, message) => {
      if (error) return fail()
      heard = performance.now()
      const next = deliveredMessage(message)
      if (!next) return status(message)
      // Something between the server and us was lost.
      if (next.delivery !== delivered + 1) return fail()
      delivered = next.delivery
      outstanding--
      arrived.put(next)
    },
  })
  const ask = (): void => {
    const room = Math.min(window - arrived.size - outstanding, unasked)
    if (broken || room <= 0 || room < Math.min(window / 2, unasked)) return
    outstanding += room
    unasked -= room
    const question = {
      batch: room,
      max_bytes: windowBytes,
      expires: questionLives * 1e6,
      idle_heartbeat: heartbeat * 1e6,
    }
    try {
      connection.publish(`$JS.API.CONSUMER.MSG.NEXT.${stream}.${info.name}`, JSON.stringify(question), { reply: inbox })
    } catch {
      fail()
    }
  }
  const listening = setInterval(() => {
    if (outstanding > 0 && performance.now() - heard > 2.5 * heartbeat) fail()
  }, heartbeat)
  ask()

  return {
    pending: info.num_pending,
    next: async () => {
      if (arrived.size === 0 && broken) return undefined
      const messages = await arrived.take()
      if (outstanding === 0) heard = performance.now()
      ask()
      return messages.length === 0 ? undefined : messages
    },
    close: () => {
      fail()
      clearInterval(listening)
      subscription.unsubscribe()
      manager.consumers.delete(stream, info.name).catch((error: unknown) => {
        if (!(error instanceof JetStreamApiError)) return // unreachable: the server forgets it by itself
      })
    },
  }
}
