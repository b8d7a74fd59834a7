import { E, linkedAbort } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { Bus, BusRefusal, OfferedTo } from '@periplus/bus'
import { nodeFeedStream, nodeFeedSubjects } from './node-feed-message.ts'
import type { AskForNodeFeed } from './node-feed-offers.ts'
import { nodeFeedReader } from './node-feed-reader.ts'
import type { NodeFeedBatch } from './node-feed-reader.ts'

/** The nodes' stream, which is made where it is not there. Nothing in it is synced. */
export const ensureNodeFeed = async (
  { jetstream }: Pick<Bus, 'jetstream'>,
  replicas: 1 | 3,
): Promise<Either<BusRefusal, void>> => {
  const made = await jetstream.ensure({
    name: nodeFeedStream,
    subjects: [nodeFeedSubjects],
    replicas,
    maxAgeMilliseconds: 0,
    maxBytes: -1,
    duplicateWindowMilliseconds: 1_000,
    rollup: false,
    denyDelete: true,
    durability: 'eventual',
  })
  return E.isLeft(made) ? made : E.right(undefined)
}

/**
 * What concerns a node, as often as the feed says how far it is: all of it first, as it is at the log's head, then what
 * changes. `ask` has a consumer made for that node. Ends when `signal` aborts.
 */
export async function* followNodeFeed(
  { jetstream }: Pick<Bus, 'jetstream'>,
  ask: AskForNodeFeed,
  signal: AbortSignal,
): AsyncGenerator<NodeFeedBatch> {
  const reader = nodeFeedReader()
  while (!signal.aborted) {
    const reading = linkedAbort(signal)
    reader.begin()
    // From the last message on that was read: where that is not there again, what was read of the feed says nothing of it.
    const by: OfferedTo = async next => {
      const offered = await ask(Math.max(1, next - 1))
      if (E.isLeft(offered)) return offered
      reader.notBefore(offered.right.head)
      if (next > 1) reader.resume()
      if (next > 1 && offered.right.pending === 0) reading.abort()
      return offered
    }
    for await (const messages of jetstream.read({ stream: nodeFeedStream, from: 1, by, signal: reading.signal })) {
      for (const { tag, ...batch } of reader.read(messages)) {
        if (tag === 'Anew') reading.abort()
        else yield batch as NodeFeedBatch
      }
      if (reading.signal.aborted) break
    }
    reading.unlink()
  }
}
