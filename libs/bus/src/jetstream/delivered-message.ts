import { numberAt } from '../wire/frame-reader.ts'
import type { Frame } from '../wire/frame-reader.ts'
import { headerLines } from './stored-message.ts'
import type { StoredMessage } from './stored-message.ts'

/** A message as a consumer was sent it. */
export interface Delivered extends StoredMessage {
  /** Position among what this consumer was sent, from 1. */
  readonly delivery: number
  /** Messages that the consumer has yet to be sent. */
  readonly pending: number
}

const mark = Buffer.from('$JS.ACK.')
const dot = 0x2e
/** Nanoseconds end with these many digits below milliseconds. */
const digitsBelowMilliseconds = 6

/** Where the dots of the reply subject are, the last one first; its end stands before them. */
const dots = new Int32Array(16)

/**
 * A message from a consumer; `undefined` for what isn't one. The reply subject says where it stands (NATS ADR-15):
 * `$JS.ACK.<stream>.<consumer>.<deliveries>.<stream sequence>.<consumer sequence>.<nanoseconds>.<pending>`, in newer servers
 * with domain and account before the stream and a random token at the end. Its numbers are read from the bytes: a text of
 * it would be made for every message, to be taken apart and forgotten.
 */
export const deliveredMessage = (frame: Frame): Delivered | undefined => {
  const { bytes, reply, replyEnd } = frame
  if (replyEnd - reply <= mark.length) return undefined
  for (let i = 0; i < mark.length; i++) if (bytes[reply + i] !== mark[i]) return undefined
  let found = 1
  dots[0] = replyEnd
  for (let i = replyEnd - 1; i > reply && found < dots.length; i--) if (bytes[i] === dot) dots[found++] = i
  // Nine tokens, or twelve of which the last one is random.
  const last = found > 9 ? 1 : 0
  const token = (fromEnd: number, cut = 0): number =>
    numberAt(bytes, (dots[last + fromEnd + 1] as number) + 1, (dots[last + fromEnd] as number) - cut)
  return {
    subject: bytes.toString('latin1', frame.subject, frame.subjectEnd),
    sequence: token(3),
    time: token(1, digitsBelowMilliseconds),
    headers: headerLines(bytes, frame.headers, frame.body),
    data: bytes.subarray(frame.body, frame.end),
    delivery: token(2),
    pending: token(0),
  }
}

/** What a server says to a consumer instead of a message. */
export interface ConsumerStatus {
  /** As in HTTP; NaN for what is no status. */
  readonly code: number
  /** Messages that a question will no longer get; NaN where it doesn't say. */
  readonly pendingMessages: number
}

export const consumerStatus = ({ bytes, headers, body }: Frame): ConsumerStatus => {
  const text = bytes.toString('latin1', headers, body)
  return {
    code: Number(/^NATS\/1\.0 (\d{3})/.exec(text)?.[1] ?? NaN),
    pendingMessages: Number(/^Nats-Pending-Messages: *(\d+)/im.exec(text)?.[1] ?? NaN),
  }
}
