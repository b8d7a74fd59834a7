import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { Bus, BusRefusal, StoredMessage } from '@periplus/bus'
import { feedStream, feedSubjects, oldestOfFeed, sequenceOf, uidOf } from '@periplus/log'
import type { Cut } from '@periplus/projection'
import type { FeedEnd } from './feed-end.ts'

/** What leaves a feed that is too long. */
export interface ShortenFeed {
  readonly feed: Pick<Bus, 'jetstream'>
  readonly cut: Cut
  readonly end: FeedEnd
  /** Bytes that it may have afterwards. */
  readonly most: number
}

/** Messages that are looked at, told again or let go at once. */
const atOnce = 1_000

const eventPrefix = feedSubjects.slice(0, -1)

/** Pure. Messages that are the newest of an object that lives, or that the cut does not know yet. */
const stillNewest = (
  messages: readonly StoredMessage[],
  cut: Pick<Cut, 'byUid' | 'sequence'>,
): readonly StoredMessage[] =>
  messages.filter(message => {
    if (!message.subject.startsWith(eventPrefix)) return false
    const sequence = sequenceOf(message)
    return sequence > cut.sequence || cut.byUid(uidOf(message))?.sequence === sequence
  })

/**
 * Lets the oldest messages go until the feed is short enough. Those that are the newest of an object that lives are told again before, so that
 * who begins at the feed's beginning always finds everything that lives; who had still to read what goes is told. One pass at most: right,
 * the bytes that are left, which are more than `most` where what lives is.
 */
export const shortenFeed = async ({ feed, cut, end, most }: ShortenFeed): Promise<Either<BusRefusal, number>> => {
  const { jetstream } = feed
  const begun = await jetstream.state(feedStream)
  if (E.isLeft(begun)) return begun
  const last = begun.right.lastSequence
  for (;;) {
    const state = await jetstream.state(feedStream)
    if (E.isLeft(state) || state.right.bytes <= most || state.right.firstSequence > last)
      return E.isLeft(state) ? state : E.right(state.right.bytes)
    const oldest = await oldestOfFeed(feed, atOnce)
    if (E.isLeft(oldest)) return oldest
    const going = oldest.right.filter(({ sequence }) => sequence <= last)
    const upTo = going.at(-1)?.sequence
    if (upTo === undefined) return E.right(state.right.bytes)
    if (!(await end.again(stillNewest(going, cut))) || !(await end.letGo(upTo)))
      return E.left({ tag: 'Unavailable', message: 'another copy writes the feed' })
  }
}
