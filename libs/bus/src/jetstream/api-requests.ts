import { E, messageOf } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { JetStreamApiError } from '@nats-io/jetstream'
import { errors } from 'nats'
import type { Bus } from '../bus.ts'
import type { BusRefusal } from '../refusal.ts'

/** What the NATS client throws, as a refusal. */
export const refusalOf = (error: unknown): BusRefusal => {
  if (error instanceof JetStreamApiError)
    return error.status === 503
      ? { tag: 'Unavailable', message: error.message }
      : { tag: 'Rejected', message: error.message }
  const cause = error instanceof errors.RequestError ? error.cause : error
  if (cause instanceof errors.NoRespondersError || (error instanceof errors.RequestError && error.isNoResponders()))
    return { tag: 'NoPeer', message: messageOf(cause ?? error) }
  return { tag: 'Unavailable', message: messageOf(cause ?? error) }
}

/** A call of the client whose refusals are values. JetStream itself not answering (yet) counts as unavailable. */
export const asked = async <A>(call: () => Promise<A>): Promise<Either<BusRefusal, A>> => {
  try {
    return E.right(await call())
  } catch (error) {
    const refusal = refusalOf(error)
    return E.left(refusal.tag === 'NoPeer' ? { tag: 'Unavailable', message: 'JetStream does not answer' } : refusal)
  }
}

/** Likewise of what is to be away afterwards, and may be already. */
export const removed = async (call: () => Promise<unknown>): Promise<Either<BusRefusal, void>> => {
  try {
    await call()
  } catch (error) {
    if (!(error instanceof JetStreamApiError && error.status === 404)) return E.left(refusalOf(error))
  }
  return E.right(undefined)
}

interface ApiError {
  readonly error?: { readonly err_code?: number; readonly description: string }
}

/** A question to JetStream's API that the client library does not know. `unless` the error has this code, it is `Rejected`. */
export const askApi = async <A>(
  bus: Pick<Bus, 'request'>,
  subject: string,
  question: object,
  { timeoutMilliseconds = 5_000, unless }: { readonly timeoutMilliseconds?: number; readonly unless?: number } = {},
): Promise<Either<BusRefusal, A>> => {
  const answer = await bus.request(subject, Buffer.from(JSON.stringify(question)), { timeoutMilliseconds })
  if (E.isLeft(answer)) return answer
  const read = JSON.parse(Buffer.from(answer.right).toString()) as A & ApiError
  return !read.error || read.error.err_code === unless
    ? E.right(read)
    : E.left({ tag: 'Rejected', message: read.error.description })
}
