import type { Redis } from 'ioredis'
import type { Fact } from '../content-hash.ts'
import { hashRows, keysUnder } from './redis-scans.ts'

const step = 500

/** Everything that is stored under the prefix, whatever it is: a stray key makes another digest too. */
export async function* redisFacts(redis: Redis, prefix: string): AsyncGenerator<Fact> {
  const keys = (await keysUnder(redis, prefix)).map(key => key.slice(prefix.length))
  for (const name of keys) {
    const key = prefix + name
    if (name === 'applied' || name === 'tip') yield [name, '', (await redis.get(key)) ?? '']
    else if (name === 'resources') for (const member of await redis.smembers(key)) yield [name, member, '']
    else
      for await (const rows of hashRows(redis, key, step)) for (const [field, value] of rows) yield [name, field, value]
  }
}
