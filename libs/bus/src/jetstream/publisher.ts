import { messageOf } from '@periplus/prelude'
import type { Msg, MsgHdrs, NatsConnection } from 'nats'
import { errors, nuid } from 'nats'
import { whyNotSent } from '../connection/limits.ts'
import type { Publication, PublishAnswer } from './jetstream.ts'

interface InFlight {
  readonly resolve: (answer: PublishAnswer) => void
  readonly deadline: number
}

interface Acknowledgement {
  readonly seq?: number
  readonly duplicate?: boolean
  readonly error?: { readonly err_code?: number; readonly code: number; readonly description: string }
}

/** Publishes to streams with acknowledgements that come back to one inbox, so that thousands can be in flight. */
export interface Publisher {
  publish(publication: Publication, timeoutMilliseconds: number): Promise<PublishAnswer>
  publishBatch(publications: readonly Publication[], timeoutMilliseconds: number): Promise<PublishAnswer>
  /** Nothing that is in flight will be answered any more. */
  disconnected(): void
}

const checkEvery = 100

/** Header lines as they go over the wire; stands in for the client's own header object, of which only `encode` is used. */
const encoded = (headers: Publication['headers']): MsgHdrs => {
  let lines = 'NATS/1.0\r\n'
  for (const [name, value] of headers) lines += `${name}: ${value}\r\n`
  const bytes = Buffer.from(`${lines}\r\n`, 'latin1')
  return { encode: () => bytes } as unknown as MsgHdrs
}

/** Bytes of headers and body: what the server's `max_payload` is about. */
const sizeOf = (headers: MsgHdrs, data: Uint8Array): number =>
  (headers as unknown as { encode(): Uint8Array }).encode().length + data.length

/** The same messages as parts of one atomic batch (NATS ADR-50). */
const inBatch = (publications: readonly Publication[]): readonly Publication[] => {
  const id = nuid.next()
  return publications.map(({ subject, headers, data }, i) => ({
    subject,
    data,
    headers: [
      ...headers,
      ['Nats-Batch-Id', id],
      ['Nats-Batch-Sequence', String(i + 1)],
      ...(i === publications.length - 1 ? [['Nats-Batch-Commit', '1'] as const] : []),
    ],
  }))
}

/** "duplicate message id is in process": an earlier try is on its way through the servers, and may get there or not. */
const isUnderWay = 10158

const answerOf = (message: Msg): PublishAnswer => {
  if (message.headers?.code === 503) return { tag: 'Unknown', message: 'JetStream does not answer' }
  const { seq = 0, duplicate = false, error } = message.json<Acknowledgement>()
  if (!error) return { tag: 'Stored', sequence: seq, duplicate }
  if (error.code === 503 || error.err_code === isUnderWay) return { tag: 'Unknown', message: error.description }
  return { tag: 'Refused', code: error.err_code ?? error.code, message: error.description }
}

/** `inbox`: below which acknowledgements come back. */
export const publisher = (connection: NatsConnection, inbox: string): Publisher => {
  /** In the order of sending; timeouts are nearly always alike, so the oldest is the first to expire. */
  const inFlight = new Map<string, InFlight>()
  let serial = 0
  let checking: NodeJS.Timeout | undefined

  connection.subscribe(`${inbox}.*`, {
    callback: (error, message) => {
      if (error) return
      const key = message.subject.slice(inbox.length + 1)
      const waiting = inFlight.get(key)
      inFlight.delete(key)
      waiting?.resolve(answerOf(message))
    },
  })

  const expire = (): void => {
    const now = performance.now()
    for (const [key, { deadline, resolve }] of inFlight)
      if (deadline <= now) {
        inFlight.delete(key)
        resolve({ tag: 'Unknown', message: 'no acknowledgement in time' })
      }
    if (inFlight.size > 0) return
    clearInterval(checking)
    checking = undefined
  }

  /** Sends `messages` at once, the acknowledgement being the last one's. */
  const send = (messages: readonly Publication[], timeoutMilliseconds: number): Promise<PublishAnswer> =>
    new Promise(resolve => {
      const sent = messages.map(({ subject, headers, data }) => ({ subject, data, headers: encoded(headers) }))
      const limit = connection.info?.max_payload ?? Infinity
      const refusal = sent.flatMap(({ subject, headers, data }) => whyNotSent(subject, sizeOf(headers, data), limit))[0]
      if (refusal !== undefined) return resolve({ tag: 'Refused', code: 0, message: refusal })
      const key = (serial++).toString(36)
      inFlight.set(key, { resolve, deadline: performance.now() + timeoutMilliseconds })
      checking ??= setInterval(expire, checkEvery)
      try {
        sent.forEach(({ subject, headers, data }, i) => {
          const reply = i === sent.length - 1 ? { reply: `${inbox}.${key}` } : {}
          connection.publish(subject, data, { ...reply, headers })
        })
      } catch (error) {
        inFlight.delete(key)
        const message = messageOf(error)
        const refused = error instanceof errors.InvalidArgumentError
        resolve(refused ? { tag: 'Refused', code: 0, message } : { tag: 'Unknown', message })
      }
    })

  return {
    publish: (publication, timeoutMilliseconds) => send([publication], timeoutMilliseconds),
    publishBatch: (publications, timeoutMilliseconds) => send(inBatch(publications), timeoutMilliseconds),
    disconnected: () => {
      const lost = [...inFlight.values()]
      inFlight.clear()
      for (const { resolve } of lost) resolve({ tag: 'Unknown', message: 'the connection to NATS was lost' })
    },
  }
}
