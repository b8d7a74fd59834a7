import { markMessage, objectMessage } from '@periplus/log'
import type { FeedMark, ToldObject } from '@periplus/log'
import type { Publication, StoredMessage } from '@periplus/bus'

/** What is said at once: about objects, and how far the feed is with it. */
export interface Saying {
  readonly objects: readonly ToldObject[]
  /** Where the log is on the feed with all of these; absent: there is more to be said first. */
  readonly through?: number
  /** All nodes are told how far the feed is, and not only those that are told something. */
  readonly isForAll: boolean
}

const nodeOf = ({ audience }: ToldObject): string => (audience.tag === 'Node' ? audience.node : '')

/**
 * Pure. The messages that follow those of the feed so far: first what all nodes are told, then what each one is. The last one of each node says how
 * far the feed is for it, so that who is told something knows it at once.
 */
export const nextMessages = (
  { objects, through, isForAll }: Saying,
  mark: Omit<FeedMark, 'through'>,
  run: string,
): readonly Publication[] => {
  const inOrder = [...objects].sort((one, other) =>
    nodeOf(one) < nodeOf(other) ? -1 : nodeOf(one) > nodeOf(other) ? 1 : 0,
  )
  const messages = inOrder.map((told, i) => {
    const next = inOrder[i + 1]
    const isLast = told.audience.tag === 'Node' && (!next || nodeOf(next) !== told.audience.node)
    return objectMessage(told, run, isLast && through !== undefined ? { ...mark, through } : undefined)
  })
  return isForAll && through !== undefined ? [...messages, markMessage({ ...mark, through }, run)] : messages
}

/** A message as the stream has it. */
export const storedAs = ({ subject, headers, data }: Publication, sequence: number): StoredMessage => ({
  ...{ subject, sequence, data, time: 0 },
  headers: [...headers, ['Nats-Expected-Last-Sequence', String(sequence - 1)] as const]
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join(''),
})
