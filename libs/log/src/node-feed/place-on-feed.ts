import { feedBeginning, isSamePoint } from './node-feed-chain.ts'
import type { FeedPoint } from './node-feed-chain.ts'
import type { NodeFeedMessage } from './node-feed-message.ts'

/** `Begins`: nothing was read yet. `Resumes`: the message that was read last comes again first, or the feed is not what was read. */
export type PlaceState = 'Begins' | 'Resumes' | 'Follows'

/** What a message is for who is at a place; after `Missed` and `Other` he is where he was. `Other`: what he has read is not on the feed any more. */
export type NextOnFeed = 'Follows' | 'Again' | 'Missed' | 'Other'

/** How far a node has read its feed: by it a loss is found at the next message, whichever that is. No I/O. */
export interface PlaceOnFeed {
  readonly state: PlaceState
  /** In the feed: of the message that was read last, or the first one that there may be. */
  readonly from: number
  /** In the feed: of the first message that may have been read. */
  readonly start: number
  next(message: NodeFeedMessage): NextOnFeed
  begin(): void
  again(): void
}

/** Pure but for its own memory. */
export const placeOnFeed = (node: string): PlaceOnFeed => {
  let state: PlaceState = 'Begins'
  let last: FeedPoint | undefined
  let start = 1
  let { general } = feedBeginning
  /** Told to this node alone since `general`. */
  let own: FeedPoint | undefined
  return {
    get state() {
      return state
    },
    get from() {
      return last?.at ?? 1
    },
    get start() {
      return start
    },
    next: message => {
      const { after, audience, at, run } = message
      if (state === 'Resumes') {
        state = 'Follows'
        return isSamePoint(last, message) ? 'Again' : 'Other'
      }
      // The feed is cut off behind messages to all, so that what came after the one before is there.
      const isFirst = state === 'Begins'
      const before = isFirst ? { general: after.general } : { general, own }
      if (!isSamePoint(before.general, after.general) || !isSamePoint(before.own, after.alone.get(node)))
        return 'Missed'
      if (isFirst) start = after.general.at + 1
      state = 'Follows'
      last = { at, run }
      ;[general, own] = audience.tag === 'All' ? [last, undefined] : [after.general, last]
      return 'Follows'
    },
    begin: () => {
      state = 'Begins'
      last = undefined
    },
    again: () => {
      if (last) state = 'Resumes'
    },
  }
}
