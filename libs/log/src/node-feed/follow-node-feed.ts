import { E, freshSeed, pause, seededRandom, systemClock } from '@periplus/prelude'
import type { Clock, Random } from '@periplus/prelude'
import type { Bus, OfferedTo } from '@periplus/bus'
import { hearNodeFeed } from './hear-node-feed.ts'
import type { HeardNodeFeed } from './hear-node-feed.ts'
import { nodeFeedStream } from './node-feed-message.ts'
import type { AskForNodeFeed } from './node-feed-offers.ts'
import { nodeFeedReader } from './node-feed-reader.ts'
import type { NodeFeedBatch, NodeFeedReader } from './node-feed-reader.ts'

/** Why a node asks for its feed. `Silent`: it has heard nothing for so long that it may miss something, or its connection was lost. */
export type WhyFeedIsAsked = 'Begins' | 'BrokeOff' | 'Missed' | 'Silent'

/** How a node comes to know what concerns it. */
export interface FollowNodeFeed {
  readonly bus: Pick<Bus, 'jetstream' | 'subscribe' | 'onStatus'>
  readonly node: string
  /** Has a consumer made for it. */
  readonly ask: AskForNodeFeed
  /** Told why it asked, once it was offered what it asked for. */
  readonly onOffered?: (why: WhyFeedIsAsked) => void
  readonly clock?: Clock
  readonly random?: Random
}

/** Milliseconds within which nodes ask that have missed the same. */
const spread = 1_000

/** What the stream has behind what was read. False: that is not there any more, or not all of it, and the reader begins anew. */
async function* readStored(
  { bus, ask, onOffered }: FollowNodeFeed,
  reader: NodeFeedReader,
  why: WhyFeedIsAsked,
  signal: AbortSignal,
): AsyncGenerator<NodeFeedBatch, boolean> {
  let reason = why
  const by: OfferedTo = async () => {
    const offered = await ask(reader.from)
    if (E.isLeft(offered)) return offered
    onOffered?.(reason)
    reason = 'BrokeOff'
    reader.again(offered.right.head)
    return offered
  }
  for await (const messages of bus.jetstream.read({ stream: nodeFeedStream, from: 1, by, signal }))
    for (const step of reader.read(messages)) {
      if (step.tag === 'Batch') yield step
      else {
        reader.begin()
        return false
      }
    }
  if (reader.state !== 'Resumes') return true
  reader.begin()
  return false
}

/** What is heard behind what was read, until it is to be asked for. */
async function* readHeard(
  heard: HeardNodeFeed,
  reader: NodeFeedReader,
  signal: AbortSignal,
): AsyncGenerator<NodeFeedBatch, WhyFeedIsAsked> {
  if (reader.state === 'Follows') heard.forget(reader.from)
  while (!signal.aborted) {
    const messages = await heard.next(signal)
    // Of a feed that had nothing, the first message that is heard need not be the first one.
    if (messages.length === 0) return 'Silent'
    if (reader.state === 'Begins') return 'Begins'
    for (const step of reader.read(messages)) {
      if (step.tag === 'Missed') return 'Missed'
      yield step
    }
  }
  return 'Silent'
}

/**
 * What concerns a node, as often as the feed says how far it is: all of it first, as it is at the log's head, then what changes. It is read by a consumer up
 * to the stream's end, and heard from there on, which costs the server less: a consumer has it go through whatever it stores. Ends when `signal` aborts.
 */
export async function* followNodeFeed(follow: FollowNodeFeed, signal: AbortSignal): AsyncGenerator<NodeFeedBatch> {
  const { bus, node, clock = systemClock, random = seededRandom(freshSeed()) } = follow
  const reader = nodeFeedReader(node)
  const heard = hearNodeFeed({ bus, node, clock, random })
  let why: WhyFeedIsAsked = 'Begins'
  try {
    while (!signal.aborted) {
      const isRead: boolean = yield* readStored(follow, reader, why, signal)
      why = isRead ? yield* readHeard(heard, reader, signal) : 'Missed'
      await pause(clock, random() * spread, signal)
    }
  } finally {
    heard.close()
  }
}
