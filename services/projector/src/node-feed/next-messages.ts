import { generalMessage, objectMessage } from '@periplus/log'
import type { FeedChain, FeedMark, FeedPoint, ToldObject, ToldToAll, ToldToNode } from '@periplus/log'
import type { Publication, StoredMessage } from '@periplus/bus'

/** What is said at once: about objects, and how far the feed is with it. */
export interface Saying {
  readonly objects: readonly ToldObject[]
  /** Where the log is on the feed with all of these; absent: there is more to be said first. */
  readonly through?: number
  /** All nodes are told how far the feed is, and not only those that are told something. */
  readonly isForAll: boolean
}

/** Where a writer goes on. */
export interface GoingOn {
  /** The feed's last sequence. */
  readonly last: number
  /** What was told up to there. */
  readonly chain: FeedChain
  /** Anew whenever he goes on from what he finds on the feed. */
  readonly run: string
}

/** Bytes of objects that stand together in a message; what is larger has one of its own. */
const together = 1024 * 1024

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
  { last, chain, run }: GoingOn,
): readonly Publication[] => {
  const mark = through === undefined ? undefined : { ...place, through }
  const point = (i: number): FeedPoint => ({ at: last + i + 1, run })
  const own = objects.filter(isForNode).sort(({ audience: one }, { audience: other }) =>
    // By code units, in whatever language this runs.
    one.node < other.node ? -1 : one.node > other.node ? 1 : 0,
  )
  const alone = new Map(chain.alone)
  const ownMessages = own.map((told, i) => {
    const { node } = told.audience
    const isLast = own[i + 1]?.audience.node !== node
    const before = alone.get(node)
    alone.set(node, point(i))
    const after = { general: chain.general, alone: new Map(before ? [[node, before]] : []) }
    return objectMessage(told, { run, after }, isLast && !isToAll ? mark : undefined)
  })
  const groups = gathered(objects.filter(isForAll))
  const isMarked = isToAll && mark !== undefined
  const general = (groups.length === 0 && isMarked ? [[]] : groups).map((group, i, { length }) => {
    const after =
      i === 0
        ? { general: chain.general, alone }
        : { general: point(own.length + i - 1), alone: new Map<string, never>() }
    return generalMessage(group, { run, after }, isMarked && i === length - 1 ? mark : undefined)
  })
  return [...ownMessages, ...general]
}

/** A message as the stream has it. */
export const storedAs = ({ subject, headers, data }: Publication, sequence: number): StoredMessage => ({
  ...{ subject, sequence, data, time: 0 },
  headers: [...headers, ['Nats-Expected-Last-Sequence', String(sequence - 1)] as const]
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join(''),
})
