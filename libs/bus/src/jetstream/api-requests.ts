import { E, messageOf } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { JetStreamApiError } from '@nats-io/jetstream'
import { errors } from 'nats'
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
