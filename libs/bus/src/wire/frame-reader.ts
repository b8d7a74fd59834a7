/**
 * A message as it lies in what came from the socket: where its parts start and end in `bytes`. Reused for the next message, so
 * what is kept must be taken out at once.
 */
export interface Frame {
  readonly bytes: Buffer
  readonly subject: number
  readonly subjectEnd: number
  /** The same as `replyEnd` where nobody expects an answer. */
  readonly reply: number
  readonly replyEnd: number
  /** The same as `body` where there are none. */
  readonly headers: number
  readonly body: number
  readonly end: number
}

type Writable<A> = { -readonly [K in keyof A]: A[K] }

const carriageReturn = 0x0d
const space = 0x20
const zero = 0x30
const letterH = 0x48
const letterM = 0x4d

/** A line longer than this is no protocol of NATS (subjects are limited to less). */
const longestLine = 1024 * 1024

/** Spaces in the first line of a message with everything: `HMSG <subject> <sid> <reply> <headers> <total>`. */
const mostSpaces = 5

/**
 * Cuts what a NATS server sends into messages and lines, a whole piece from the socket at a time. The client library looks at
 * every byte of the protocol in a state machine and makes several objects a message, which took two thirds of the time that
 * reading the log takes; here a message costs a look at the bytes of its first line.
 */
export class FrameReader {
  readonly #onMessage: (frame: Frame) => void
  readonly #onLine: (line: string) => void
  readonly #frame: Writable<Frame>
  readonly #spaces = new Int32Array(mostSpaces)
  /** The beginning of a message or line whose rest has yet to come; room for all of it where its length is known. */
  #held: Buffer | undefined = undefined
  /** Bytes of `#held` that are there; -1 where its length isn't known. */
  #filled = -1

  constructor(onMessage: (frame: Frame) => void, onLine: (line: string) => void) {
    this.#onMessage = onMessage
    this.#onLine = onLine
    const bytes = Buffer.alloc(0)
    this.#frame = { bytes, subject: 0, subjectEnd: 0, reply: 0, replyEnd: 0, headers: 0, body: 0, end: 0 }
  }

  /** Throws on what is not the protocol of NATS. */
  take(piece: Buffer): void {
    const held = this.#held
    if (!held) return this.#scan(piece, 0)
    if (this.#filled < 0) {
      this.#held = undefined
      return this.#scan(Buffer.concat([held, piece]), 0)
    }
    const part = Math.min(piece.length, held.length - this.#filled)
    piece.copy(held, this.#filled, 0, part)
    this.#filled += part
    if (this.#filled < held.length) return
    this.#held = undefined
    this.#scan(held, 0)
    if (part < piece.length) this.#scan(piece, part)
  }

  #scan(bytes: Buffer, from: number): void {
    for (let at = from; at < bytes.length;) {
      const lineEnd = this.#lineEnd(bytes, at)
      if (lineEnd < 0) return this.#hold(bytes, at, -1)
      const first = bytes[at]
      if (first === letterH || first === letterM) {
        const end = this.#messageEnd(bytes, at, lineEnd)
        if (end > bytes.length) return this.#hold(bytes, at, end - at)
        this.#onMessage(this.#frame)
        at = end
      } else {
        this.#onLine(bytes.toString('latin1', at, lineEnd))
        at = lineEnd + 2
      }
    }
  }

  /** Position of the CRLF; -1 where it has yet to come. Notes where the first spaces are. */
  #lineEnd(bytes: Buffer, at: number): number {
    let found = 0
    for (let i = at; i < bytes.length - 1; i++) {
      const byte = bytes[i]
      if (byte === space && found < mostSpaces) this.#spaces[found++] = i
      else if (byte === carriageReturn) {
        for (; found < mostSpaces; found++) this.#spaces[found] = i
        return i
      }
    }
    if (bytes.length - at > longestLine) throw new Error('a line from NATS does not end')
    return -1
  }

  /** Fills the frame from a message's first line, and gives the position after the message. */
  #messageEnd(bytes: Buffer, at: number, lineEnd: number): number {
    const spaces = this.#spaces as unknown as readonly [number, number, number, number, number]
    const [first, second, third, fourth, fifth] = spaces
    const hasHeaders = bytes[at] === letterH
    const hasReply = hasHeaders ? fifth < lineEnd : fourth < lineEnd
    const lengths = hasReply ? fourth : third
    const headersEnd = hasHeaders ? (hasReply ? fifth : fourth) : lengths
    const body = lineEnd + 2 + (hasHeaders ? numberAt(bytes, lengths + 1, headersEnd) : 0)
    const end = lineEnd + 2 + numberAt(bytes, headersEnd + 1, lineEnd)
    const frame = this.#frame
    frame.bytes = bytes
    frame.subject = first + 1
    frame.subjectEnd = second
    frame.reply = hasReply ? third + 1 : lengths
    frame.replyEnd = hasReply ? fourth : lengths
    frame.headers = lineEnd + 2
    frame.body = body
    frame.end = end
    return end + 2
  }

  #hold(bytes: Buffer, at: number, length: number): void {
    if (length < 0) {
      this.#held = bytes.subarray(at)
      this.#filled = -1
      return
    }
    this.#held = Buffer.allocUnsafeSlow(length)
    this.#filled = bytes.copy(this.#held, 0, at)
  }
}

/** The decimal number at these positions. */
export const numberAt = (bytes: Buffer, start: number, end: number): number => {
  let value = 0
  for (let i = start; i < end; i++) {
    const digit = (bytes[i] as number) - zero
    if (digit < 0 || digit > 9) throw new Error('a number from NATS is none')
    value = value * 10 + digit
  }
  return value
}
