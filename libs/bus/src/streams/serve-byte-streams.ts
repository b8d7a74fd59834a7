import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { Bus, Subscription } from '../bus.ts'
import type { ByteStream, Liveness } from './byte-stream.ts'
import { encodeFrame } from './frames.ts'
import { runningStream } from './running-stream.ts'
import type { RunningStream } from './running-stream.ts'
import { streamEndsOf } from './stream-ends.ts'

/**
 * Decides about a request (a JSON value from outside: decode it) for a stream: a refusal, as a JSON value for the one who
 * asked, or what to do with the stream. A handler that throws breaks the stream off and is the caller's bug to see in
 * `onError`.
 */
export type StreamHandler = (request: unknown) => Promise<Either<unknown, (stream: ByteStream) => void>>

/** How byte streams are served. */
export interface ServeOptions extends Liveness {
  /** Services with the same queue name share the requests. */
  readonly queue?: string
  readonly onError?: (error: unknown) => void
  /** The other ends of streams are made below this; who wants to be answered elsewhere has not opened a stream. Default: anywhere. */
  readonly peersBelow?: string
}

/** Serves byte streams on a subject; closing leaves the open streams as they are. */
export const serveByteStreams = (
  bus: Bus,
  subject: string,
  handler: StreamHandler,
  { queue, onError = () => undefined, peersBelow, ...liveness }: ServeOptions = {},
): Subscription => {
  const mayServe = (peer: string): boolean =>
    peer !== '' && (peersBelow === undefined || peer.startsWith(`${peersBelow}.`))
  const refuse = (peer: string, refusal: unknown): void =>
    void bus.publish(peer, encodeFrame('refuse', 1, '', Buffer.from(JSON.stringify(refusal ?? null))))

  const accept = (peer: string): ByteStream => {
    let stream: RunningStream | undefined
    const end = streamEndsOf(bus).add({
      receive: (frame, number) => stream?.receive(frame, number),
      peerIsGone: () => stream?.peerIsGone(),
    })
    stream = runningStream({ bus, peer, subject: end.subject, onEnd: () => end.remove(), ...liveness })
    stream.send('accept', '', Buffer.from(end.subject))
    return stream
  }
  const serve = async (data: Uint8Array, peer: string): Promise<void> => {
    let request: unknown
    try {
      request = JSON.parse(Buffer.from(data).toString())
    } catch {
      return refuse(peer, { message: 'the request is not JSON' })
    }
    try {
      const decided = await handler(request)
      if (E.isLeft(decided)) return refuse(peer, decided.left)
      const stream = accept(peer)
      try {
        decided.right(stream)
      } catch (error) {
        stream.abort('internal error')
        throw error
      }
    } catch (error) {
      refuse(peer, { message: 'internal error' })
      onError(error)
    }
  }
  return bus.subscribe(
    subject,
    ({ data, reply }) => void (mayServe(reply) && serve(data, reply)),
    queue === undefined ? {} : { queue },
  )
}
