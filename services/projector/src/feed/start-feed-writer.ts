import { E, pause } from '@periplus/prelude'
import type { Clock } from '@periplus/prelude'
import type { Bus } from '@periplus/bus'
import { feedPlace, isTold } from '@periplus/log'
import type { EventBatch, EventLog, Sequence, Withheld } from '@periplus/log'
import type { LiveCut } from '@periplus/projection'
import type { Logger, Metrics, RunningService } from '@periplus/service'
import { beginningOf } from './beginning.ts'
import { feedEnd } from './feed-end.ts'
import type { FeedEnd } from './feed-end.ts'
import { shortenFeed } from './shorten-feed.ts'

export interface FeedWriterConfig {
  /** Name of the cluster. */
  readonly cluster: string
  readonly log: EventLog
  readonly cut: LiveCut
  /** Of the server that those outside read from; its stream is there. */
  readonly feed: Bus
  /** Besides Secrets and what is sealed. */
  readonly withheld: Withheld
  /** What the feed may come to. */
  readonly mostBytes: number
  readonly clock: Clock
  readonly logger: Logger
  readonly metrics: Metrics
  readonly onBug: (error: unknown) => void
}

/** Messages that are on their way at once. */
const atOnce = 512
const patience = 500
/** How often the feed's length is looked at, in parts of what it may be. */
const looks = 32

const chunks = function* <A>(all: readonly A[], size: number): Generator<readonly A[]> {
  for (let i = 0; i < all.length; i += size) yield all.slice(i, i + size)
}

const throughOf = (batch: EventBatch): Sequence => batch.through ?? batch.at(-1)?.sequence ?? 0

/**
 * Keeps the feed at the log's head. Its newest message says where to go on, so that any number of copies of this may run, start and be
 * killed anywhere: what one has written the others find, and each event is there once.
 */
export const startFeedWriter = (config: FeedWriterConfig): RunningService => {
  const { cluster, log, cut, feed, withheld, mostBytes, clock, logger, metrics, onBug } = config
  const stopping = new AbortController()
  const { signal } = stopping
  let through: Sequence = 0
  let most = mostBytes
  let unlooked = mostBytes
  const told = metrics.counter('periplus_feed_events_total', 'Events written to the feed of those outside.')
  metrics.gauge('periplus_feed_lag_events', 'Events of the log that the feed was not given yet.', () =>
    Math.max(0, cut.sequence - through),
  )

  const shorten = async (end: FeedEnd): Promise<boolean> => {
    const left = await shortenFeed({ feed, cut, end, most })
    if (E.isLeft(left)) return false
    if (left.right > most) logger.warn('what lives is more than the feed may come to', { bytes: left.right })
    // A pass that had to keep most of it is not begun again at once.
    if (left.right > most) most = 2 * left.right
    unlooked = 0
    return true
  }
  /** False: somebody else writes, or nobody answers; the feed is asked anew. */
  const send = async (end: FeedEnd, events: EventBatch): Promise<boolean> => {
    const messages = events.filter(event => isTold(event, withheld))
    for (const chunk of chunks(messages, atOnce)) {
      if (!(await end.add(chunk))) return false
      through = chunk.at(-1)?.sequence ?? through
      told.add(chunk.length)
      unlooked += chunk.reduce((bytes, { body }) => bytes + body.length, 0)
    }
    return unlooked < mostBytes / looks || shorten(end)
  }

  /** Until something breaks. Resolves with why. */
  const follow = async (): Promise<string> => {
    const place = await feedPlace(feed)
    if (E.isLeft(place)) return place.left.message
    const bounds = await log.bounds()
    if (E.isLeft(bounds)) return 'the log cannot be asked'
    const bases = await log.bases(bounds.right.last)
    if (E.isLeft(bases)) return 'the snapshots of the log cannot be asked for'
    const from = beginningOf(place.right.through, bounds.right, bases.right)
    const end = feedEnd(feed, place.right, { cluster, clock })
    // What the log had after that is gone: what went meanwhile cannot be told, so that all begin anew.
    const isBehind = from.base !== undefined && place.right.through > 0
    if (isBehind && !(await end.empty())) return 'another copy writes it'
    through = isBehind ? 0 : place.right.through
    logger.info('writing the feed', { after: from.after, state: from.base !== undefined })
    for await (const batch of from.base?.events ?? []) if (!(await send(end, batch))) return 'another copy writes it'
    for await (const batch of log.follow(from.after + 1, signal)) {
      if (!(await send(end, batch))) return 'another copy writes it'
      through = Math.max(through, throughOf(batch))
    }
    return 'told to end'
  }

  const running = (async () => {
    while (!signal.aborted) {
      const why = await follow()
      if (signal.aborted) return
      logger.warn('the feed is asked for its end again', { reason: why })
      await pause(clock, patience, signal)
    }
  })().catch((error: unknown) => {
    if (!signal.aborted) onBug(error)
  })
  return {
    name: 'event feed',
    stop: async () => {
      stopping.abort()
      await running
    },
  }
}
