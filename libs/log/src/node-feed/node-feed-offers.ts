import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { requestJson, serveJson } from '@periplus/bus'
import type { Bus, BusRefusal, Decode, OfferedReading, Subscription } from '@periplus/bus'
import { subjectToken } from '../encoding/subject.ts'
import type { EventLog, ReadRefusal } from '../event-log.ts'
import type { Sequence } from '../event.ts'
import { nodeFeedStream, nodeFeedSubjectsOf } from './node-feed-message.ts'

/** A reading that a node was offered, and the log's head at that time. */
export type NodeFeedOffer = OfferedReading & { readonly head: Sequence }

/** Asks, as a node, for a reading of its feed from a sequence of that on. */
export type AskForNodeFeed = (from: number) => Promise<Either<BusRefusal, NodeFeedOffer>>

/** What offers nodes their feeds. */
export interface OfferNodeFeeds {
  /** Of who may make consumers of the nodes' stream. */
  readonly bus: Bus
  /** Where nodes ask, a pattern. */
  readonly subject: string
  /** Who asks at a subject, which no other user may publish to, and below what its answers come to it. */
  readonly asker: (subject: string) => { readonly node: string; readonly inbox: string } | undefined
  readonly log: Pick<EventLog, 'bounds'>
  /** Told of each reading that a node was offered: it begins, or has missed something. */
  readonly onOffered?: () => void
  /** A throw that nobody expected. */
  readonly onBug: (error: unknown) => void
}

const patience = 5_000

const isCount = (value: unknown): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0

const readQuestion: Decode<{ readonly from: number }> = value => {
  const { from } = (value ?? {}) as { readonly from?: unknown }
  return isCount(from) && from > 0 ? E.right({ from }) : E.left('from is a sequence')
}

const readOffer: Decode<NodeFeedOffer> = value => {
  const { name, pending, last, head } = (value ?? {}) as Partial<Readonly<Record<string, unknown>>>
  return typeof name === 'string' && isCount(pending) && isCount(last) && isCount(head)
    ? E.right({ name, pending, last, head })
    : E.left('no offer')
}

/**
 * Makes for each node that asks the consumer that it reads its feed by: of what all nodes are told and what this one is, so that both come in the
 * feed's order, which no node could be trusted to ask for itself. One question of a node at a time.
 */
export const offerNodeFeeds = ({ bus, subject, asker, log, onOffered, onBug }: OfferNodeFeeds): Subscription => {
  const busy = new Set<string>()
  const offer = async (node: string, from: number): Promise<Either<BusRefusal | ReadRefusal, NodeFeedOffer>> => {
    const bounds = await log.bounds()
    if (E.isLeft(bounds)) return bounds
    const offered = await bus.jetstream.offer(nodeFeedStream, {
      ...{ name: subjectToken(node), from },
      subjects: nodeFeedSubjectsOf(node),
    })
    if (E.isLeft(offered)) return offered
    onOffered?.()
    return E.right({ ...offered.right, head: bounds.right.last })
  }
  return serveJson(
    bus,
    subject,
    readQuestion,
    async ({ from }, asked) => {
      const node = asker(asked)?.node
      if (node === undefined || busy.has(node)) return E.left('asked already')
      busy.add(node)
      try {
        return await offer(node, from)
      } finally {
        busy.delete(node)
      }
    },
    {
      queue: 'node-feed',
      mayAnswer: ({ subject: asked, reply }) => reply.startsWith(`${asker(asked)?.inbox ?? ' '}.`),
      onError: onBug,
    },
  )
}

/** The asking of a node at its own subject. */
export const askForNodeFeed =
  (bus: Bus, subject: string): AskForNodeFeed =>
  async from => {
    const offered = await requestJson(bus, subject, { from }, readOffer, { timeoutMilliseconds: patience })
    return E.isLeft(offered)
      ? E.left({ tag: 'Unavailable', message: `no feed is offered: ${JSON.stringify(offered.left)}` })
      : offered
  }
