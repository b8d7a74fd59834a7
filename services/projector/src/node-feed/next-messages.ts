import { generalMessage, objectMessage } from '@periplus/log'
import type { FeedMark, ToldObject, ToldToAll, ToldToNode } from '@periplus/log'
import type { Publication, StoredMessage } from '@periplus/bus'

/** What is said at once: about objects, and how far the feed is with it. */
export interface Saying {
  readonly objects: readonly ToldObject[]
  /** Where the log is on the feed with all of these; absent: there is more to be said first. */
  readonly through?: number
  /** All nodes are told how far the feed is, and not only those that are told something. */
  readonly isForAll: boolean
}

/** Bytes of objects that stand together in a message; what is larger has one of its own. */
const together = 256 * 1024

const isForNode = (told: ToldObject): told is ToldToNode => told.audience.tag === 'Node'
const isForAll = (told: ToldObject): told is ToldToAll => told.audience.tag === 'All'

const bytesOf = ({ body, ref }: ToldObject): number =>
  (body?.length ?? 0) + ref.name.length + ref.namespace.length + 128

const gathered = (all: readonly ToldToAll[]): readonly (readonly ToldToAll[])[] => {
  const groups: ToldToAll[][] = []
  let bytes = Infinity
  for (const told of all) {
    bytes += bytesOf(told)
    if (bytes <= together) {
      groups.at(-1)?.push(told)
      continue
    }
    groups.push([told])
    bytes = bytesOf(told)
  }
  return groups
}

/**
 * Pure. The messages that follow those of the feed so far: first what each node is told, then what all are. The last one says how far the feed is
 * for all; where that is nothing to the others, the last one of each node says so for it, so that who is told something knows it at once.
 */
export const nextMessages = (
  { objects, through, isForAll: isToAll }: Saying,
  place: Omit<FeedMark, 'through'>,
  run: string,
): readonly Publication[] => {
  const mark = through === undefined ? undefined : { ...place, through }
  const own = objects.filter(isForNode).sort(({ audience: one }, { audience: other }) =>
    // By code units, in whatever language this runs.
    one.node < other.node ? -1 : one.node > other.node ? 1 : 0,
  )
  const alone = own.map((told, i) => {
    const isLast = own[i + 1]?.audience.node !== told.audience.node
    return objectMessage(told, run, isLast && !isToAll ? mark : undefined)
  })
  const groups = gathered(objects.filter(isForAll))
  const isMarked = isToAll && mark !== undefined
  const general = (groups.length === 0 && isMarked ? [[]] : groups).map((group, i, { length }) =>
    generalMessage(group, run, isMarked && i === length - 1 ? mark : undefined),
  )
  return [...alone, ...general]
}

/** A message as the stream has it. */
export const storedAs = ({ subject, headers, data }: Publication, sequence: number): StoredMessage => ({
  ...{ subject, sequence, data, time: 0 },
  headers: [...headers, ['Nats-Expected-Last-Sequence', String(sequence - 1)] as const]
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join(''),
})
