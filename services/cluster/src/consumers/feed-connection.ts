import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { E } from '@periplus/prelude'
import { connectBus } from '@periplus/bus'
import type { Bus } from '@periplus/bus'
import { ensureFeed, feedStream, noticeSubject } from '@periplus/log'
import { feedPortFile, feedReaders, feedWriter } from '@periplus/service'
import { clusterOf } from '../home/cluster-file.ts'
import { natsUrlOf } from '../home/connections.ts'
import type { Home } from '../home/home.ts'
import { CannotGoOn } from '../home/say.ts'

/** Where the server of the feed is, as this machine and, where the cluster is reached by others, those reach it. */
export interface FeedAddress {
  readonly servers: string
  /** In PEM. */
  readonly ca?: string
}

export const feedAddress = (home: Home): FeedAddress => {
  const port = Number(readFileSync(join(home.feed, feedPortFile), 'utf8'))
  const { advertise } = clusterOf(home)
  return advertise === undefined
    ? { servers: `nats://127.0.0.1:${port}` }
    : { servers: natsUrlOf({ address: advertise, port }), ca: readFileSync(home.ca, 'utf8') }
}

/** The feed's server, as who writes it; its stream is there. */
export const openFeed = async (home: Home): Promise<Bus> => {
  const bus = await connectBus({ ...feedAddress(home), ...feedWriter(home.feed), name: 'feed' })
  if (E.isLeft(bus)) throw new CannotGoOn(`the server of the feed cannot be reached: ${bus.left.message}`)
  const made = await ensureFeed(bus.right)
  if (E.isRight(made)) return bus.right
  await bus.right.close()
  throw new CannotGoOn(`the feed cannot be opened: ${made.left.message}`)
}

/** Each consumer from outside has its place on the stream; whose place is there keeps it. */
export const letInReaders = async (home: Home, { jetstream }: Pick<Bus, 'jetstream'>): Promise<void> => {
  for (const reader of feedReaders(home.feed)) {
    const made = await jetstream.ensureReader(feedStream, {
      ...reader,
      subjects: [...reader.subjects, noticeSubject(reader.name)],
    })
    if (E.isLeft(made)) throw new CannotGoOn(`consumer ${reader.name} cannot be let in: ${made.left.message}`)
  }
}
