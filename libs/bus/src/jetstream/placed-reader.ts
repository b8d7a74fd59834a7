import { E } from '@periplus/prelude'
import type { Bus, Message } from '../bus.ts'

/** Where somebody outside has a place on a stream that is not his (`JetStream.ensureReader`). */
export interface ReadingPlace {
  readonly domain: string
  readonly stream: string
  readonly reader: string
}

/** Reads from a place that the server keeps. One question at a time. */
export interface PlacedReader {
  /**
   * The next messages, as many as are there, `most` at most; waits some milliseconds for the first of them. The same again, until they are
   * said to be taken. `undefined`: nobody answers, or some of what the server has sent was lost; then it goes on from its place.
   */
  next(options: {
    readonly most: number
    readonly wait: number
    readonly signal: AbortSignal
  }): Promise<readonly Message[] | undefined>
  /** All that `next` gave last is taken: the place is behind it. */
  taken(): void
}

type Asking = Pick<Bus, 'inbox' | 'publish' | 'request' | 'subscribe'>

const nanoseconds = 1_000_000
const acknowledgement = Buffer.from('+ACK')

/** Places in the stream and among what this reader was sent, from the reply subject (NATS ADR-15; newer servers add a random token). */
const placesOf = ({ reply }: Pick<Message, 'reply'>): { readonly stream: number; readonly sent: number } => {
  const tokens = reply.split('.')
  const last = tokens.length > 9 ? tokens.length - 2 : tokens.length - 1
  return { stream: Number(tokens[last - 3]), sent: Number(tokens[last - 2]) }
}

interface Question {
  readonly batch: number
  readonly no_wait?: boolean
  readonly expires?: number
}

/** Asks once. Resolves with what came when the server says that this is all, or no more was wanted; `undefined` after `patience`. */
const asked = (
  bus: Asking,
  subject: string,
  question: Question,
  patience: number,
  signal: AbortSignal,
): Promise<readonly Message[] | undefined> =>
  new Promise(resolve => {
    const messages: Message[] = []
    const inbox = bus.inbox()
    const end = (answer: readonly Message[] | undefined): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', stop)
      listening.close()
      resolve(answer)
    }
    const stop = (): void => end(undefined)
    const timer = setTimeout(stop, patience)
    const listening = bus.subscribe(
      inbox,
      ({ subject: at, data, reply, headers }) => {
        // What is no message has no place to acknowledge it at: that is all for now.
        if (reply === '') return end(messages)
        messages.push({ subject: at, data: Buffer.from(data), reply, headers })
        if (messages.length >= question.batch) end(messages)
      },
      { noListeners: stop },
    )
    signal.addEventListener('abort', stop)
    if (signal.aborted || !bus.publish(subject, Buffer.from(JSON.stringify(question)), inbox)) stop()
  })

interface Info {
  readonly ack_floor?: { readonly stream_seq?: number }
  readonly delivered?: { readonly consumer_seq?: number }
  readonly num_ack_pending?: number
}

/**
 * What a server has sent and nobody got is not sent again before a while, and whoever acknowledges what follows acknowledges it too: so whenever
 * that may be, and at the start, the server is told to go on from the place.
 */
export const placedReader = (bus: Asking, { domain, stream, reader }: ReadingPlace): PlacedReader => {
  const api = (verb: string): string => `$JS.${domain}.API.CONSUMER.${verb}.${stream}.${reader}`
  const request = async (verb: 'INFO' | 'RESET', body: object | undefined): Promise<Info | undefined> => {
    const answer = await bus.request(api(verb), body ? Buffer.from(JSON.stringify(body)) : new Uint8Array())
    if (E.isLeft(answer)) return undefined
    const said = JSON.parse(Buffer.from(answer.right).toString()) as Info & { readonly error?: unknown }
    return said.error === undefined ? said : undefined
  }
  /** Of the message that comes next, among what was sent; `undefined`: it is not known. */
  let expected: number | undefined
  let given: readonly Message[] = []

  const goOn = async (): Promise<boolean> => {
    const found = await request('INFO', undefined)
    const place = found?.ack_floor?.stream_seq
    if (place === undefined) return false
    if (!(await request('RESET', { seq: place + 1 }))) return false
    const { delivered, num_ack_pending: away } = (await request('INFO', undefined)) ?? {}
    const sent = delivered?.consumer_seq
    // What has been sent since is somebody else's, who asked before and may be gone: it would count as what was sent to nobody.
    expected = sent === undefined || away !== 0 ? undefined : sent + 1
    return expected !== undefined
  }
  return {
    next: async ({ most, wait, signal }) => {
      given = []
      if (expected === undefined && !(await goOn())) return undefined
      const subject = api('MSG.NEXT')
      let messages = await asked(bus, subject, { batch: most, no_wait: true }, wait, signal)
      if (messages?.length === 0 && !signal.aborted)
        messages = await asked(bus, subject, { batch: 1, expires: wait * nanoseconds }, 2 * wait, signal)
      const from = expected ?? 0
      if (!messages?.every((message, i) => placesOf(message).sent === from + i)) {
        expected = undefined
        return undefined
      }
      expected = from + messages.length
      given = messages
      return messages
    },
    taken: () => {
      const last = given.at(-1)
      if (last) bus.publish(last.reply, acknowledgement)
      given = []
    },
  }
}
