import type { Clock } from '@periplus/prelude'

const burst = 25
const refillMilliseconds = 300_000
const mostObjects = 4096

/** client-go's spam filter: 25 events at once about one object, then one each 5 minutes. */
export const spamGuard = (clock: Clock): ((object: string) => boolean) => {
  const buckets = new Map<string, { tokens: number; at: number }>()
  return object => {
    const now = clock.now()
    const bucket = buckets.get(object) ?? { tokens: burst, at: now }
    const tokens = Math.min(burst, bucket.tokens + (now - bucket.at) / refillMilliseconds)
    buckets.delete(object)
    buckets.set(object, { tokens: tokens >= 1 ? tokens - 1 : tokens, at: now })
    const [oldest] = buckets.keys()
    if (buckets.size > mostObjects && oldest !== undefined) buckets.delete(oldest)
    return tokens >= 1
  }
}
