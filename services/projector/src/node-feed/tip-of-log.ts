import { E } from '@periplus/prelude'
import type { EventLog, FeedMark } from '@periplus/log'
import { resourcesOfFeed } from '@periplus/projection'
import type { Change, Cut } from '@periplus/projection'

type Tip = NonNullable<FeedMark['tip']>

/** What the log says of an event: that it has it, that it does not, or nothing. */
export type OfLog = 'Has' | 'HasNot' | 'Silent'

/** Whether the log still has what a feed was made of. One that was restored, or has lost its end, gives the same sequences to other events. */
export const hasTip = async (log: Pick<EventLog, 'get'>, tip: Tip | undefined): Promise<OfLog> => {
  if (!tip) return 'HasNot'
  const event = await log.get(tip.sequence)
  if (E.isLeft(event)) return event.left.tag === 'Gone' ? 'HasNot' : 'Silent'
  return event.right?.id === tip.id ? 'Has' : 'HasNot'
}

/** Pure. The newest of some changes that stays on the log. */
export const tipOfChanges = (changes: readonly Change[]): Tip | undefined => {
  const newest = changes.findLast(({ event }) => !event.rollup)?.event
  return newest && { sequence: newest.sequence, id: newest.id }
}

/** The newest event of an object that the log has; `undefined`: there is none, or the log does not answer. */
export const tipOfCut = async (log: Pick<EventLog, 'get'>, cut: Cut): Promise<Tip | undefined> => {
  const sequences = resourcesOfFeed
    .flatMap(({ group, resource }) => cut.entries(group, resource).map(({ sequence }) => sequence))
    .sort((one, other) => other - one)
  for (const sequence of sequences.slice(0, mostAsked)) {
    const event = await log.get(sequence)
    if (E.isRight(event) && event.right && !event.right.rollup) return { sequence, id: event.right.id }
  }
  return undefined
}

/** The newest are heartbeats, mostly; without a tip the feed is made anew the next time. */
const mostAsked = 200
