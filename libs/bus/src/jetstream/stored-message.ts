import type { Msg } from 'nats'

/** A message as a stream keeps it. */
export interface StoredMessage {
  readonly subject: string
  readonly sequence: number
  /** Milliseconds since the epoch when the server stored it. */
  readonly time: number
  /** Lines `Name: value`, each ended by CRLF; empty where there are none. */
  readonly headers: string
  /** May be a view into what came from the socket: copy what is kept. */
  readonly data: Uint8Array
}

interface RawMessage {
  readonly _rdata?: Uint8Array
  readonly _msg?: { readonly hdr?: number; readonly subject?: Uint8Array; readonly reply?: Uint8Array }
}

let chunk = Buffer.alloc(0)

/**
 * Text of bytes that came from the socket. Many messages come in one chunk, and most of their bytes' texts are short, so the
 * chunk's view is kept for the next one: making a view costs more than reading through it.
 */
const text = (bytes: Uint8Array, length = bytes.length): string => {
  if (chunk.buffer !== bytes.buffer) chunk = Buffer.from(bytes.buffer as ArrayBuffer)
  return chunk.toString('latin1', bytes.byteOffset, bytes.byteOffset + length)
}

const preamble = 'NATS/1.0\r\n'

const withoutPreamble = (raw: string): string => (raw.startsWith(preamble) ? raw.slice(preamble.length, -2) : '')

/**
 * The client parses headers into a map of arrays, which costs more than everything else about reading a stream; the bytes are
 * there, and our own reader of them knows what it looks for.
 */
const contentOf = (message: Msg): Pick<StoredMessage, 'headers' | 'data'> => {
  const { _rdata: bytes, _msg: parts } = message as unknown as RawMessage
  if (bytes && typeof parts?.hdr === 'number') {
    const split = Math.max(0, parts.hdr)
    return {
      headers: split > 0 ? withoutPreamble(text(bytes, split)) : '',
      data: Buffer.from(bytes.buffer, bytes.byteOffset + split, bytes.length - split),
    }
  }
  let headers = ''
  for (const [name, values] of message.headers ?? []) for (const value of values) headers += `${name}: ${value}\r\n`
  return { headers, data: message.data }
}

const subjectOf = (message: Msg): string => {
  const bytes = (message as unknown as RawMessage)._msg?.subject
  return bytes instanceof Uint8Array ? text(bytes) : message.subject
}

const replyOf = (message: Msg): string => {
  const bytes = (message as unknown as RawMessage)._msg?.reply
  return bytes instanceof Uint8Array ? text(bytes) : (message.reply ?? '')
}

export interface Delivered extends StoredMessage {
  /** Position among what this consumer was sent, from 1. */
  readonly delivery: number
  /** Messages that the consumer has yet to be sent. */
  readonly pending: number
}

/**
 * A message from a consumer; `undefined` for what isn't one. The reply subject says where it stands (NATS ADR-15):
 * `$JS.ACK.<stream>.<consumer>.<deliveries>.<stream sequence>.<consumer sequence>.<nanoseconds>.<pending>`, in newer servers
 * with domain and account before the stream and a random token at the end.
 */
export const deliveredMessage = (message: Msg): Delivered | undefined => {
  const reply = replyOf(message)
  if (!reply.startsWith('$JS.ACK.')) return undefined
  let end = reply.length
  const previous = (): string => {
    const dot = reply.lastIndexOf('.', end - 1)
    const token = reply.slice(dot + 1, end)
    end = dot
    return token
  }
  if (hasRandomToken(reply)) previous()
  const pending = Number(previous())
  const nanoseconds = Number(previous())
  const delivery = Number(previous())
  const sequence = Number(previous())
  return {
    subject: subjectOf(message),
    sequence,
    delivery,
    time: Math.floor(nanoseconds / 1e6),
    pending,
    ...contentOf(message),
  }
}

/** Nine tokens, or twelve. */
const hasRandomToken = (reply: string): boolean => {
  let dots = 0
  for (let at = reply.indexOf('.'); at >= 0; at = reply.indexOf('.', at + 1)) dots++
  return dots > 8
}

/** The `message` of an answer of `$JS.API.STREAM.MSG.GET`. */
export const fetchedMessage = (answer: {
  readonly subject: string
  readonly seq: number
  readonly time: string
  readonly hdrs?: string
  readonly data?: string
}): StoredMessage => ({
  subject: answer.subject,
  sequence: answer.seq,
  time: Date.parse(answer.time),
  headers: withoutPreamble(Buffer.from(answer.hdrs ?? '', 'base64').toString('latin1')),
  data: Buffer.from(answer.data ?? '', 'base64'),
})
