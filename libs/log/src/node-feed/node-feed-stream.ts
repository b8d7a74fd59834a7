import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { Bus, BusRefusal } from '@periplus/bus'
import { nodeFeedStream, nodeFeedSubjects } from './node-feed-message.ts'
import { toldSubjects } from './told-message.ts'

/** The nodes' stream, which is made where it is not there. Nothing in it is synced; what is stored is told at once to who listens. */
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
    republish: { source: nodeFeedSubjects, destination: toldSubjects },
  })
  return E.isLeft(made) ? made : E.right(undefined)
}
