import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { Bus, BusRefusal, Publication, StoredMessage } from '@periplus/bus'
import type { Sequence } from '../event.ts'
import { feedSubjects, noticeSubject, throughOf } from './feed-message.ts'

/** The stream of what those outside may read, on a server of its own. */
export const feedStream = 'EVENTS'

/** As many as there may be readers: each is made by us, with one consumer. */
export const mostReaders = 1_000

/** How far the feed is. */
export interface FeedPlace {
  /** Of the feed's newest message; 0: there is none. */
  readonly last: number
  /** Of the log: all that is told of up to here is on the feed. */
  readonly through: Sequence
}

/**
 * The feed's stream, which is made where it is not there. It is not synced: what a machine that loses its power takes from its end is
 * written again from the log, which is the truth.
 */
export const ensureFeed = async ({ jetstream }: Pick<Bus, 'jetstream'>): Promise<Either<BusRefusal, void>> => {
  const made = await jetstream.ensure({
    name: feedStream,
    subjects: [feedSubjects, noticeSubject('*')],
    replicas: 1,
    maxAgeMilliseconds: 0,
    maxBytes: -1,
    maxConsumers: mostReaders,
    duplicateWindowMilliseconds: 1_000,
    rollup: false,
    denyDelete: true,
    durability: 'eventual',
  })
  return E.isLeft(made) ? made : E.right(undefined)
}

/** Where a writer goes on. */
export const feedPlace = async ({ jetstream }: Pick<Bus, 'jetstream'>): Promise<Either<BusRefusal, FeedPlace>> => {
  const state = await jetstream.state(feedStream)
  if (E.isLeft(state)) return state
  const { lastSequence: last } = state.right
  const newest = await jetstream.lastMessage(feedStream, feedSubjects)
  if (E.isLeft(newest)) return newest
  return E.right({ last, through: newest.right ? throughOf(newest.right) : 0 })
}

/**
 * Adds messages behind the feed's `last`, in order and without a gap. False: not all of them are known to be there, since somebody else
 * writes too or the server does not answer; `feedPlace` says where to go on. Two writers never mix what they write.
 */
export const addToFeed = async (
  { jetstream }: Pick<Bus, 'jetstream'>,
  last: number,
  messages: readonly Publication[],
): Promise<boolean> => {
  const answers = await Promise.all(
    messages.map((message, i) =>
      jetstream.publish({
        ...message,
        headers: [...message.headers, ['Nats-Expected-Last-Sequence', String(last + i)]],
      }),
    ),
  )
  return answers.every(({ tag }) => tag === 'Stored')
}

/** The feed's oldest messages, `most` at most. */
export const oldestOfFeed = async (
  { jetstream }: Pick<Bus, 'jetstream'>,
  most: number,
): Promise<Either<BusRefusal, readonly StoredMessage[]>> => {
  const state = await jetstream.state(feedStream)
  if (E.isLeft(state)) return state
  const { firstSequence, lastSequence } = state.right
  const found: StoredMessage[] = []
  const to = Math.min(firstSequence + most - 1, lastSequence)
  if (firstSequence === 0) return E.right([])
  for await (const messages of jetstream.read({ stream: feedStream, from: firstSequence, to }))
    found.push(...messages.map(message => ({ ...message, data: Uint8Array.from(message.data) })))
  return E.right(found)
}
