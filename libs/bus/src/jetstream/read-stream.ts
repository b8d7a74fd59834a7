import { E, pause, systemClock } from '@periplus/prelude'
import { JetStreamApiError } from '@nats-io/jetstream'
import type { ConsumerSession } from './consumer-session.ts'
import type { JetStream, ReadStream } from './jetstream.ts'
import type { StoredMessage } from './stored-message.ts'

export interface ReadStreamDependencies extends Pick<JetStream, 'nextMessage' | 'lastMessage'> {
  /** The last sequence that the stream's leader has given. Rejects when it doesn't answer. */
  readonly lastSequence: (stream: string) => Promise<number>
  /** Rejects when no consumer can be made now. */
  readonly open: (request: ReadStream) => Promise<ConsumerSession>
  /** Resolves when connected; rejects when the bus is closed or the signal aborts. */
  readonly whenConnected: (signal?: AbortSignal) => Promise<void>
  /** Calls back when the connection is lost; returns how to stop. */
  readonly onDisconnect: (listener: () => void) => () => void
}

const firstPause = 50
const longestPause = 2_000

/**
 * Opens sessions, one after another, each where the one before it broke off; see `JetStream.read`. Where several servers keep the stream, a
 * session may be on one that lags behind: a range has been read when the leader says that nothing is left of it.
 */
export async function* readStream(
  dependencies: ReadStreamDependencies,
  request: ReadStream,
): AsyncGenerator<readonly StoredMessage[]> {
  const { open, whenConnected, onDisconnect, lastSequence } = dependencies
  const { since: start, ...rest } = request
  const { to = Infinity, signal } = rest
  const isEndless = to === Infinity && !rest.by
  let next = Math.max(1, request.from)
  let since = start
  let end: number | undefined
  let retryIn = firstPause
  while (next <= to && !signal?.aborted) {
    let session: ConsumerSession
    try {
      await whenConnected(signal)
      end ??= to === Infinity || rest.copyOf !== undefined ? to : Math.min(to, await lastSequence(request.stream))
      if (next > end) return
      session = await open(since === undefined ? { ...rest, from: next } : { ...rest, from: next, since })
    } catch (error) {
      if (signal?.aborted) return
      // A stream that isn't there, or a question that makes no sense, will not get better by asking again.
      // Of a copy nothing is read twice.
      if (rest.copyOf !== undefined) throw error
      if (error instanceof JetStreamApiError && error.status >= 400 && error.status < 500) throw error
      await whenConnected(signal).catch(failure => {
        if (!signal?.aborted) throw failure
      })
      await pause(systemClock, retryIn, signal)
      retryIn = Math.min(retryIn * 2, longestPause)
      continue
    }
    const close = (): void => session.close()
    const forget = onDisconnect(close)
    signal?.addEventListener('abort', close)
    if (signal?.aborted) close()
    let pending = session.pending
    try {
      while (isEndless || pending > 0) {
        const messages = await session.next()
        if (!messages || signal?.aborted) break
        retryIn = firstPause
        const last = messages[messages.length - 1]
        if (last) {
          pending = last.pending
          next = last.sequence + 1
          since = undefined
        }
        const wanted = next > to + 1 ? messages.filter(({ sequence }) => sequence <= to) : messages
        if (wanted.length > 0) yield wanted
        if (next > to) return
      }
      if (!isEndless && pending === 0) {
        if (rest.copyOf !== undefined || rest.by) return
        if (await isWhole(dependencies, { ...rest, from: next, ...(since === undefined ? {} : { since }) }, end)) return
        await pause(systemClock, retryIn, signal)
        retryIn = Math.min(retryIn * 2, longestPause)
      }
    } finally {
      signal?.removeEventListener('abort', close)
      forget()
      session.close()
    }
  }
}

/** Whether the stream's leader has nothing of what is still wanted, up to `end`. */
const isWhole = async (
  { nextMessage, lastMessage }: Pick<ReadStreamDependencies, 'nextMessage' | 'lastMessage'>,
  { stream, subject = '>', from, since }: ReadStream,
  end: number,
): Promise<boolean> => {
  if (from > end) return true
  const left = await (since === undefined ? nextMessage(stream, subject, from) : lastMessage(stream, subject))
  if (E.isLeft(left)) return false
  return left.right === undefined || left.right.sequence > end || left.right.time < (since ?? 0)
}
