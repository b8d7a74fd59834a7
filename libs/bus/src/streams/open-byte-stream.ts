import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { Bus } from '../bus.ts'
import type { BusRefusal } from '../refusal.ts'
import type { ByteStream, Liveness } from './byte-stream.ts'
import type { Frame } from './frames.ts'
import { runningStream } from './running-stream.ts'
import type { RunningStream } from './running-stream.ts'
import { streamEndsOf } from './stream-ends.ts'

/** Why no byte stream was opened. */
export type OpenRefusal =
  | BusRefusal
  /** The serving end's own refusal: the JSON value that its handler gave. */
  | { readonly tag: 'Refused'; readonly refusal: unknown }

/** How a byte stream is opened. */
export interface OpenOptions extends Liveness {
  /** Milliseconds for the other end to accept. Default 30,000. */
  readonly timeoutMilliseconds?: number
  /**
   * What the other end has rights to. `own`: it may publish below this, and our end is made there. `peer`: it listens below this,
   * and an end of its elsewhere is not sent to, or it would have us publish where it may not. Default: anywhere.
   */
  readonly within?: { readonly own: string; readonly peer: string }
  /** Gives up opening; an open stream is not touched. */
  readonly signal?: AbortSignal
}

/** Opens a stream to whoever serves `subject`, who is given `request` (a JSON value) and decides. */
export const openByteStream = (
  bus: Bus,
  subject: string,
  request: unknown,
  options: OpenOptions = {},
): Promise<Either<OpenRefusal, ByteStream>> =>
  new Promise(resolve => {
    const { timeoutMilliseconds = 30_000, signal, within, ...liveness } = options
    let stream: RunningStream | undefined

    const settle = (answer: Either<OpenRefusal, ByteStream>): void => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', abandon)
      if (E.isLeft(answer)) end.remove()
      resolve(answer)
    }
    const unavailable = (message: string): void => settle(E.left({ tag: 'Unavailable', message }))
    const abandon = (): void => unavailable('given up')
    const answered = (frame: Frame): void => {
      if (frame.type === 'refuse') return settle(E.left({ tag: 'Refused', refusal: refusalIn(frame.rest) }))
      if (frame.type !== 'accept') return
      const peer = Buffer.from(frame.rest).toString()
      if (within && !peer.startsWith(`${within.peer}.`))
        return unavailable(`who serves ${subject} wants to be answered elsewhere`)
      stream = runningStream({ bus, peer, subject: end.subject, onEnd: () => end.remove(), ...liveness })
      stream.receive(frame, 1)
      settle(E.right(stream))
    }
    const end = streamEndsOf(bus, within?.own).add({
      receive: (frame, number) => (stream ? stream.receive(frame, number) : answered(frame)),
      peerIsGone: () =>
        stream ? stream.peerIsGone() : settle(E.left({ tag: 'NoPeer', message: `nobody serves ${subject}` })),
    })
    const timer = setTimeout(() => unavailable(`no answer from ${subject} in time`), timeoutMilliseconds)
    signal?.addEventListener('abort', abandon, { once: true })
    if (signal?.aborted) return abandon()
    if (!bus.publish(subject, Buffer.from(JSON.stringify(request ?? null)), end.subject))
      unavailable('not connected to NATS')
  })

const refusalIn = (rest: Uint8Array): unknown => {
  const text = Buffer.from(rest).toString()
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
