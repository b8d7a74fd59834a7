import { E } from '@periplus/prelude'
import type { Clock } from '@periplus/prelude'
import type { EncodedFrame, LogStream } from '@periplus/log-stream'
import type { Checkpoint } from './checkpoint.ts'

/** Frames of one run on their way to the stream, some ahead of their acknowledgements. */
export interface FrameOutbox {
  /**
   * Sends a frame, after which the log has been sent up to `mark`. Resolves when there is room for another one: `false` where the
   * stream does not answer, and everything behind `settled` must be sent again.
   */
  send(frame: EncodedFrame, mark: Checkpoint): Promise<boolean>
  /** Resolves when everything is acknowledged; `false` as above. */
  drained(): Promise<boolean>
  /** The newest mark before which everything was acknowledged long enough ago to be on the server's disk. */
  settled(): Checkpoint
  /** Something was sent that has not settled. */
  readonly isUnsettled: boolean
  /** The greatest number of a line that was sent. */
  readonly sent: number
}

export interface OutboxOptions {
  readonly stream: LogStream
  readonly clock: Clock
  readonly from: Checkpoint
  /** Nothing is waited for any longer. */
  readonly signal: AbortSignal
  /** The stream will never take this frame. */
  readonly rejected: (frame: EncodedFrame, message: string) => void
}

/** The stream answers a moment before it writes to its file: a server that is killed then takes what was just sent with it. */
export const settleMilliseconds = 2_000

const mostInFlight = 8

interface Sent {
  readonly mark: Checkpoint
  ackedAt: number | undefined
}

export const frameOutbox = ({ stream, clock, from, signal, rejected }: OutboxOptions): FrameOutbox => {
  const sent: Sent[] = []
  let settled = from
  let inFlight = 0
  let greatest = 0
  let failed = false
  let wake: (() => void) | undefined
  const deliver = async (frame: EncodedFrame, entry: Sent): Promise<void> => {
    const answer = await stream.append(frame)
    inFlight--
    if (E.isLeft(answer) && answer.left.tag === 'Unavailable') failed = true
    else {
      if (E.isLeft(answer)) rejected(frame, answer.left.message)
      entry.ackedAt = clock.now()
    }
    wake?.()
  }
  signal.addEventListener('abort', () => wake?.())
  const until = async (is: () => boolean): Promise<boolean> => {
    while (!failed && !signal.aborted && !is()) await new Promise<void>(resolve => (wake = resolve))
    return !failed
  }
  /** A clock that is set back must not hold it up. */
  const isOld = ({ ackedAt }: Sent): boolean =>
    ackedAt !== undefined && Math.abs(clock.now() - ackedAt) >= settleMilliseconds
  const settle = (): void => {
    for (let first = sent[0]; first !== undefined && isOld(first); first = sent[0]) {
      settled = first.mark
      sent.shift()
    }
  }
  return {
    send: (frame, mark) => {
      const entry = { mark, ackedAt: undefined }
      sent.push(entry)
      inFlight++
      greatest = Math.max(greatest, frame.to)
      void deliver(frame, entry)
      return until(() => inFlight < mostInFlight)
    },
    drained: () => until(() => inFlight === 0),
    settled: () => {
      settle()
      return settled
    },
    get isUnsettled() {
      settle()
      return sent.length > 0
    },
    get sent() {
      return greatest
    },
  }
}
