import type { Redis } from 'ioredis'

/** Rows of a hash: field and value, as stored. Some may come twice, and what is written meanwhile may or may not come. */
export async function* hashRows(redis: Redis, key: string, count: number): AsyncGenerator<readonly [string, Buffer][]> {
  let cursor = '0'
  do {
    const [next, flat] = (await redis.hscanBuffer(key, cursor, 'COUNT', count)) as [Buffer, Buffer[]]
    cursor = next.toString()
    const rows: [string, Buffer][] = []
    for (let i = 0; i + 1 < flat.length; i += 2) rows.push([(flat[i] as Buffer).toString(), flat[i + 1] as Buffer])
    if (rows.length > 0) yield rows
  } while (cursor !== '0')
}

/** All keys that begin with `prefix`, each once. */
export const keysUnder = async (redis: Redis, prefix: string): Promise<readonly string[]> => {
  const keys = new Set<string>()
  const pattern = `${prefix.replace(/[*?[\]\\^]/g, '\\$&')}*`
  let cursor = '0'
  do {
    const [next, found] = await redis.scan(cursor, 'MATCH', pattern, 'COUNT', 1000)
    cursor = next
    for (const key of found) keys.add(key)
  } while (cursor !== '0')
  return [...keys]
}
