import { randomBytes } from 'node:crypto'
import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { connectBus } from '@periplus/bus'
import type { Bus, StreamReaderState } from '@periplus/bus'
import { feedStream, mostReaders } from '@periplus/log'
import {
  feedDomain,
  feedPortFile,
  feedReaders,
  loopbackPort,
  reloadFeed,
  writeFeedConfiguration,
  writePrivately,
} from '@periplus/service'
import type { FeedReader } from '@periplus/service'
import { clusterOf } from '../home/cluster-file.ts'
import type { Home } from '../home/home.ts'
import { CannotGoOn } from '../home/say.ts'
import type { Settings } from '../home/settings.ts'
import { answered, patience } from '../replicas/until.ts'
import { runningSupervisor } from '../supervisor/supervisor-file.ts'
import { feedAddress, letInReaders, openFeed } from './feed-connection.ts'

/** The first host's, of a NATS of its own. */
const assertPossible = (home: Home, settings: Settings): void => {
  const { joined } = clusterOf(home)
  if (joined) throw new CannotGoOn(`this is typed on the host that others joined: ${joined.apiServer}`)
  if (settings.natsUrl !== undefined)
    throw new CannotGoOn('consumers are let in where NATS is a local server only (PERIPLUS_NATS_URL is set)')
}

const question = (name: string): string => `$JS.${feedDomain}.API.CONSUMER.INFO.${feedStream}.${name}`

/** Whether a consumer that connects as what its file says is answered. */
const isLetIn = async (home: Home, { name, password }: FeedReader): Promise<boolean> => {
  const bus = await connectBus({ ...feedAddress(home), user: name, password, name, timeoutMilliseconds: 1_000 })
  if (E.isLeft(bus)) return false
  const answer = await bus.right.request(question(name), new Uint8Array(), { timeoutMilliseconds: 1_000 })
  await bus.right.close()
  return E.isRight(answer) && !Buffer.from(answer.right).includes('"error"')
}

/**
 * Does something at the server of the feed, which may be about to start: left is why not. It is told to read its configuration once it
 * answers: before it can be told, the signal would end it, again and again on a machine that is slow.
 */
const atServer = async (home: Home, work: (feed: Bus) => Promise<void>): Promise<Either<string, void>> => {
  try {
    const feed = await openFeed(home)
    reloadFeed(home.feed)
    return E.right(await work(feed).finally(() => feed.close()))
  } catch (error) {
    if (!(error instanceof CannotGoOn)) throw error
    return E.left(error.message)
  }
}

/** Until the server answers this one. */
export const whenLetIn = (home: Home, reader: FeedReader, within = patience): Promise<void> =>
  answered(
    async () => {
      const told = await atServer(home, feed => letInReaders(home, feed))
      if (E.isRight(told) && (await isLetIn(home, reader))) return told
      const why = E.isLeft(told) ? told.left : 'it does not answer him'
      return E.left(
        `consumer ${reader.name} was not let in by the server of the feed within ${within / 1000} s: ${why}`,
      )
    },
    { within },
  )

/**
 * Somebody outside may read the feed from now on. Resolves with the file that tells him how, which holds a secret; where the cluster does
 * not run, it is let in when it does.
 */
export const addConsumer = async (
  home: Home,
  settings: Settings,
  { name, subjects }: Pick<FeedReader, 'name' | 'subjects'>,
): Promise<string> => {
  assertPossible(home, settings)
  if (!/^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$/.test(name) || name === 'feed')
    throw new CannotGoOn(`'${name}' is no name for a consumer: up to 40 lower-case letters, digits and hyphens`)
  const readers = feedReaders(home.feed)
  if (readers.some(one => one.name === name)) throw new CannotGoOn(`there is a consumer ${name} already`)
  if (readers.length >= mostReaders) throw new CannotGoOn(`there are ${mostReaders} consumers, which is the most`)
  const port = join(home.feed, feedPortFile)
  if (!existsSync(port)) await loopbackPort(port)
  const reader = { name, password: randomBytes(24).toString('base64url'), subjects }
  writeFeedConfiguration(home.feed, feedStream, { readers: [...readers, reader] })
  const file = home.consumer(name)
  writePrivately(file, `${JSON.stringify(credentialsOf(home, reader), null, 2)}\n`)
  if (runningSupervisor(home)) await whenLetIn(home, reader)
  return file
}

/** What a consumer needs to connect and to read. */
const credentialsOf = (home: Home, { name, password, subjects }: FeedReader): object => ({
  ...feedAddress(home),
  ...{ user: name, password, stream: feedStream, consumer: name, domain: feedDomain, subjects },
})

/** Nobody reads as this one any more, and its connections end. */
export const removeConsumer = async (home: Home, settings: Settings, name: string): Promise<void> => {
  assertPossible(home, settings)
  const readers = feedReaders(home.feed)
  const others = readers.filter(one => one.name !== name)
  if (others.length === readers.length) throw new CannotGoOn(`there is no consumer ${name}`)
  writeFeedConfiguration(home.feed, feedStream, { readers: others })
  rmSync(home.consumer(name), { force: true })
  if (!runningSupervisor(home)) return
  await answered(() =>
    atServer(home, async ({ jetstream }) => {
      const removed = await jetstream.removeReader(feedStream, name)
      if (E.isLeft(removed))
        throw new CannotGoOn(`the place of consumer ${name} is still there: ${removed.left.message}`)
    }),
  )
}

/** A consumer, and how far it is; `undefined` where its server does not run. */
export interface ConsumerStatus extends Pick<FeedReader, 'name' | 'subjects'> {
  readonly state: StreamReaderState | undefined
}

export const listConsumers = async (home: Home): Promise<readonly ConsumerStatus[]> => {
  const readers = feedReaders(home.feed)
  const states = await openFeed(home).then(
    async feed => {
      const found = await feed.jetstream.readers(feedStream).finally(() => feed.close())
      return E.isRight(found) ? found.right : undefined
    },
    () => undefined,
  )
  return readers.map(({ name, subjects }) => ({ name, subjects, state: states?.get(name) }))
}
