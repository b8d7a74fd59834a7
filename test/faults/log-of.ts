import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { connectBus } from '@periplus/bus'
import type { Bus } from '@periplus/bus'
import { jetStreamEventLog } from '@periplus/log'
import type { EventLog, RecordedEvent } from '@periplus/log'

export const right = <A>(answer: Either<unknown, A>): A => {
  if (E.isLeft(answer)) throw new Error(JSON.stringify(answer.left))
  return answer.right
}

const line = (home: string, ...path: readonly string[]): string => readFileSync(join(home, ...path), 'utf8').trim()

/** Lets `use` ask NATS itself, past every other process of the cluster. */
export const withBus = async <A>(home: string, use: (bus: Bus) => Promise<A>): Promise<A> => {
  const bus = right(
    await connectBus({
      servers: `127.0.0.1:${line(home, 'nats/nats.port')}`,
      user: 'periplus',
      password: line(home, 'nats/nats.password'),
      name: 'test',
    }),
  )
  try {
    return await use(bus)
  } finally {
    await bus.close()
  }
}

/** The same with the log. */
export const withLog = <A>(home: string, use: (log: EventLog) => Promise<A>): Promise<A> =>
  withBus(home, async bus => {
    const { name } = JSON.parse(line(home, 'cluster.json')) as { name: string }
    return use(right(await jetStreamEventLog(bus, { cluster: name })))
  })

/** Every event that the log keeps. */
export const eventsIn = async (log: EventLog): Promise<readonly RecordedEvent[]> => {
  const { last } = right(await log.bounds())
  const events: RecordedEvent[] = []
  for await (const batch of log.range(1, last)) events.push(...batch)
  return events
}

/** The same of a cluster's log. */
export const allEvents = (home: string): Promise<readonly RecordedEvent[]> => withLog(home, eventsIn)

export const redisUrl = (home: string): string =>
  `redis://:${line(home, 'redis/redis.password')}@127.0.0.1:${line(home, 'redis/redis.port')}`

/** The object in an event. */
export const objectIn = <A>(event: RecordedEvent): A => JSON.parse(Buffer.from(event.body).toString()) as A
