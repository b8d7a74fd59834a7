import { randomBytes } from 'node:crypto'
import { E, linkedAbort, messageOf, nextTurn, pause } from '@periplus/prelude'
import type { Clock } from '@periplus/prelude'
import type { Bus } from '@periplus/bus'
import { addToFeed, nodeFeedStream } from '@periplus/log'
import type { EventLog, FeedMark } from '@periplus/log'
import type { LiveCut } from '@periplus/projection'
import type { Logger, Metrics, RunningService } from '@periplus/service'
import { nextMessages, storedAs } from './next-messages.ts'
import type { Saying } from './next-messages.ts'
import { markMilliseconds, sayingRounds } from './saying-rounds.ts'
import { shortenNodeFeed } from './shorten-node-feed.ts'
import { hasTip, tipOfChanges, tipOfCut } from './tip-of-log.ts'
import { toldSoFar } from './told-so-far.ts'

export interface NodeFeedWriterConfig {
  readonly cut: LiveCut
  readonly log: Pick<EventLog, 'get'>
  /** Of who may write the nodes' feed, whose stream is there. */
  readonly bus: Pick<Bus, 'jetstream'>
  /** Whether this copy is the one that writes. Two that think so hinder each other, and write nothing wrong. */
  readonly mayWrite: () => boolean
  readonly clock: Clock
  readonly logger: Logger
  readonly metrics: Pick<Metrics, 'counter' | 'gauge'>
  readonly onBug: (error: unknown) => void
  /** What the feed may come to, as a multiple of what lives on it, and at least so many bytes. */
  readonly most?: { readonly times: number; readonly bytes: number }
}

/** Between two times that nodes are told something: what comes together is told together. */
const restMilliseconds = 10
const patience = 500
const usualMost = { times: 2, bytes: 16 * 1024 ** 2 }

/**
 * Keeps what nodes read at the log's head: what all of them are told, and each alone. It goes by what the feed says and what the cut says, and
 * writes the difference, so that it may be killed anywhere and goes on from whatever is there.
 */
export const startNodeFeedWriter = (config: NodeFeedWriterConfig): RunningService => {
  const { cut, log, bus, mayWrite, clock, logger, metrics, onBug, most = usualMost } = config
  const { jetstream } = bus
  const stopping = new AbortController()
  const { signal } = stopping
  const messagesTold = metrics.counter('periplus_node_feed_messages_total', 'Messages written to the feed of nodes.')
  let isWriting = false
  let through = 0
  metrics.gauge('periplus_node_feed_lag_events', 'Events of the log that the feed of nodes does not have yet.', () =>
    isWriting ? Math.max(0, cut.sequence - through) : 0,
  )
  let wake: () => void = () => undefined
  const untilWoken = (): Promise<void> => {
    const woken = linkedAbort(signal)
    wake = () => woken.abort()
    return pause(clock, markMilliseconds, woken.signal).finally(() => woken.unlink())
  }

  const lead = async (): Promise<string> => {
    const told = toldSoFar()
    const rounds = sayingRounds(cut)
    let run = ''
    /** What is known of the feed is known from here on, so that who reads it from here has all of it, too. */
    let base = 1
    /** Reads what the feed has behind what is known of it, and goes on from there. False: it cannot be read, or has lost what was known. */
    const catchUp = async (): Promise<boolean> => {
      const state = await jetstream.state(nodeFeedStream)
      if (E.isLeft(state)) return false
      const { lastSequence: to, firstSequence } = state.right
      if (to < told.last) return false
      base = Math.max(base, firstSequence)
      const from = Math.max(told.last + 1, firstSequence, 1)
      if (from <= to)
        for await (const messages of jetstream.read({ stream: nodeFeedStream, from, to, signal }))
          rounds.look(told.stored(messages))
      told.grown(to)
      // Twice or more in each message.
      run = randomBytes(9).toString('base64url')
      return !signal.aborted
    }
    let tip: FeedMark['tip']
    /** False: somebody else writes, or nobody answers. */
    const say = async (saying: Saying, from = base): Promise<boolean> => {
      const { last: before, chain } = told
      const place = { base: from, ...(tip ? { tip } : {}) }
      const messages = nextMessages(saying, place, { last: before, chain, run })
      if (!(await addToFeed(bus, before, messages))) return false
      base = from
      told.stored(messages.map((message, i) => storedAs(message, before + i + 1)))
      messagesTold.add(messages.length)
      return true
    }
    const shorten = shortenNodeFeed({
      ...{ bus, told, most },
      say: (objects, from) => say({ objects, through: told.through, isForAll: true }, from),
    })

    if (!(await catchUp())) return 'the feed cannot be read'
    if (told.mark || told.refs().length > 0) {
      const ofLog = await hasTip(log, told.tip)
      if (ofLog === 'Silent') return 'the log does not answer'
      if (ofLog === 'HasNot') {
        await jetstream.purge(nodeFeedStream, { subject: '>', upTo: told.last })
        return 'it was of another log, and is made anew'
      }
      told.trust(told.tip?.sequence ?? 0)
    }
    tip = await tipOfCut(log, cut)
    // Nothing older than what nodes were told already.
    await cut.reached(told.through, signal)
    const unsubscribe = cut.subscribe(changes => {
      rounds.touched(changes)
      tip = tipOfChanges(changes) ?? tip
      wake()
    })
    try {
      isWriting = true
      rounds.lookAtAll(told)
      while (!signal.aborted && mayWrite()) {
        const rest = rounds.rest(clock.now())
        if (rest > 0) {
          await pause(clock, rest, signal)
          continue
        }
        const round = rounds.next(told, clock.now())
        if (await say(round)) through = round.through ?? through
        else {
          round.again()
          if (!(await catchUp())) return 'the feed cannot be read'
          await cut.reached(told.through, signal)
          continue
        }
        if (rounds.isDue) await nextTurn()
        else {
          await shorten()
          await pause(clock, restMilliseconds, signal)
          if (!rounds.isDue) await untilWoken()
        }
      }
      return 'another copy leads'
    } finally {
      isWriting = false
      unsubscribe()
    }
  }
  const running = (async () => {
    while (!signal.aborted) {
      if (mayWrite()) {
        const why = await lead().catch((error: unknown) => {
          if (!signal.aborted) onBug(error)
          return messageOf(error)
        })
        if (!signal.aborted) logger.info('the feed of nodes is left', { reason: why })
      }
      await pause(clock, patience, signal)
    }
  })()
  return {
    name: 'node feed',
    stop: async () => {
      stopping.abort()
      wake()
      await running
    },
  }
}
