import { Redis } from 'ioredis'
import { E, messageOf } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { StoreUnavailable } from '../projection.ts'
import { applyScript } from './apply-script.ts'
import { forgetScript } from './forget-script.ts'

/** Commands by name, as `defineCommand` adds them. */
export type ScriptedRedis = Redis & {
  applyEvents(...args: readonly (string | Buffer)[]): Promise<string>
  forgetGone(...args: readonly string[]): Promise<number>
}

export interface RedisClient {
  /** Runs commands; what they throw is `Unavailable`. Waits a moment for a connection that is being made. */
  run<A>(commands: (redis: ScriptedRedis) => Promise<A>): Promise<Either<StoreUnavailable, A>>
  close(): Promise<void>
}

/** Milliseconds that a command waits for a connection. */
const connectionPatience = 1_000
const commandTimeout = 30_000

/** A connection that is made again for as long as it takes. Nothing is queued while it is gone: the log has everything. */
export const redisClient = (url: string): RedisClient => {
  const redis = new Redis(url, {
    lazyConnect: true,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    commandTimeout,
    connectTimeout: connectionPatience,
    retryStrategy: times => Math.min(50 * times, 1_000),
    scripts: {
      applyEvents: { lua: applyScript, numberOfKeys: 0 },
      forgetGone: { lua: forgetScript, numberOfKeys: 0 },
    },
  }) as ScriptedRedis
  let failure = 'not connected to Redis'
  redis.on('error', (error: Error) => {
    failure = error.message || failure
  })
  const connecting = redis.connect().catch(() => undefined)

  const ready = (): Promise<boolean> => {
    if (redis.status === 'ready') return Promise.resolve(true)
    if (redis.status === 'end') return Promise.resolve(false)
    return new Promise(resolve => {
      const done = (connected: boolean) => (): void => {
        clearTimeout(timer)
        redis.off('ready', onReady)
        redis.off('error', onError)
        resolve(connected)
      }
      const onReady = done(true)
      const onError = done(false)
      const timer = setTimeout(done(false), connectionPatience)
      redis.once('ready', onReady)
      redis.once('error', onError)
    })
  }
  return {
    run: async commands => {
      if (!(await ready())) return E.left({ tag: 'Unavailable', message: failure })
      try {
        return E.right(await commands(redis))
      } catch (error) {
        return E.left({ tag: 'Unavailable', message: messageOf(error) })
      }
    },
    close: async () => {
      redis.disconnect()
      await connecting
    },
  }
}
