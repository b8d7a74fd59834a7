import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { RecordedEvent, Sequence } from '@periplus/log'
import type { Redis } from 'ioredis'
import { digestOfFacts, factsSince } from '../content-hash.ts'
import { DamagedStore, eventOfValue, fieldOf, project, readTip, resourceOf, tipOf } from '../projected.ts'
import type { At, Projection, StoreUnavailable } from '../projection.ts'
import { redisClient } from './redis-client.ts'
import { redisFacts } from './redis-facts.ts'
import { hashRows, keysUnder } from './redis-scans.ts'

/** Which Redis, and under which keys. */
export interface RedisProjectionConfig {
  /** `redis://` or `rediss://`, with the password. */
  readonly url: string
  /** Before every key; default `periplus:`. */
  readonly prefix?: string
}

/** Objects that a scan step asks for. */
const scanStep = 500

/** The projection in Redis 6 or newer. Reconnects by itself; while Redis is gone, everything is `Unavailable` at once. */
export const redisProjection = ({ url, prefix = 'periplus:' }: RedisProjectionConfig): Projection => {
  const client = redisClient(url)
  const key = (name: string): string => prefix + name
  const appliedIn = async (redis: Redis): Promise<Sequence> => Number((await redis.get(key('applied'))) ?? 0)

  /** Reads, and the sequence that they belong to: read before, so that what was read is at least that new. */
  const at = <A>(read: (redis: Redis) => Promise<A>): Promise<Either<StoreUnavailable, At<A>>> =>
    client.run(async redis => {
      const applied = await appliedIn(redis)
      return { applied, value: await read(redis) }
    })

  async function* everyObject(redis: Redis): AsyncGenerator<readonly RecordedEvent[]> {
    for (const resource of await redis.smembers(key('resources')))
      for (const table of [`objects:${resource}`, `gone:${resource}`])
        for await (const rows of hashRows(redis, key(table), scanStep))
          yield rows.map(([field, value]) => eventOfValue(resource, field, value))
  }

  /** All of a snapshot, which must be as many objects at the sequences as were written, unless somebody writes meanwhile. */
  async function* complete(redis: Redis, applied: Sequence): AsyncGenerator<readonly RecordedEvent[]> {
    const newest = new Map<string, Sequence>()
    const before = await redis.hget(key('totals'), 'forgotten')
    for await (const events of everyObject(redis)) {
      for (const { ref, sequence } of events) newest.set(`${resourceOf(ref)}/${fieldOf(ref)}`, sequence)
      yield events
    }
    const [objects, sequences, forgotten] = await redis.hmget(key('totals'), 'objects', 'sequences', 'forgotten')
    if ((await appliedIn(redis)) !== applied || forgotten !== before) return
    const sum = [...newest.values()].reduce((total, sequence) => total + sequence, 0)
    if (Number(objects ?? 0) !== newest.size || Number(sequences ?? 0) !== sum)
      throw new DamagedStore(
        `the store has ${newest.size} objects and counted ${objects ?? 0}, or others than it counted`,
      )
  }

  return {
    apply: (after, events) => {
      const last = events.at(-1)
      if (!last) return client.run(appliedIn)
      const args: (string | Buffer)[] = [prefix, String(after), String(last.sequence), tipOf(events) ?? '']
      for (const event of events) {
        const { resource, field, sequence, gone, value } = project(event)
        args.push(resource, field, String(sequence), gone ? '1' : '', value)
      }
      return client.run(async redis => Number(await redis.applyEvents(...args)))
    },
    applied: () => client.run(appliedIn),
    tip: () => client.run(async redis => readTip(await redis.get(key('tip')))),
    forgetGone: upTo =>
      client.run(async redis => {
        let forgotten = 0
        for (const resource of await redis.smembers(key('resources')))
          for await (const rows of hashRows(redis, key(`gone:${resource}`), scanStep)) {
            const old = rows.flatMap(([field, value]) => {
              const { sequence } = eventOfValue(resource, field, value)
              return sequence <= upTo ? [field, String(sequence)] : []
            })
            if (old.length > 0) forgotten += await redis.forgetGone(prefix, String(upTo), resource, ...old)
          }
        return forgotten
      }),
    clear: () =>
      client.run(async redis => {
        await redis.del(key('applied'))
        const keys = await keysUnder(redis, prefix)
        for (let i = 0; i < keys.length; i += scanStep) await redis.unlink(...keys.slice(i, i + scanStep))
      }),
    snapshot: async () => {
      const found = await client.run(async redis => {
        const [applied, tip] = await redis.mget(key('applied'), key('tip'))
        return { redis, sequence: Number(applied ?? 0), tip: readTip(tip) }
      })
      if (E.isLeft(found) || found.right.sequence === 0) return undefined
      const { redis, sequence, tip } = found.right
      return { sequence, tip, events: complete(redis, sequence) }
    },
    contentHash: async (since = 0) => {
      for (let tries = 0; tries < 5; tries++) {
        const hashed = await at(redis => digestOfFacts(factsSince(redisFacts(redis, prefix), since)))
        const now = E.isLeft(hashed) ? hashed : await client.run(appliedIn)
        if (E.isLeft(hashed) || E.isLeft(now)) return hashed
        if (now.right === hashed.right.applied) return hashed
      }
      return E.left({ tag: 'Unavailable', message: 'the projection is changing too quickly to be read as a whole' })
    },
    close: () => client.close(),
  }
}
