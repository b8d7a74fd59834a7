import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Home } from './home.ts'

/** How to reach NATS. Holds a secret. */
export interface NatsConnection {
  readonly servers: string
  readonly user?: string
  readonly password?: string
}

const line = (path: string): string => readFileSync(path, 'utf8').trim()

/** The operator's NATS, with the credentials of its URL, or the local one with those that its start left in its directory. */
export const natsConnection = (home: Home, url: string | undefined): NatsConnection => {
  if (url === undefined)
    return {
      servers: `127.0.0.1:${line(join(home.nats, 'nats.port'))}`,
      user: 'periplus',
      password: line(join(home.nats, 'nats.password')),
    }
  const { protocol, host, username, password } = new URL(url)
  const servers = protocol === 'tls:' ? `tls://${host}` : host
  return username === ''
    ? { servers }
    : { servers, user: decodeURIComponent(username), password: decodeURIComponent(password) }
}

/** The operator's Redis, or the local one. A secret. */
export const redisConnection = (home: Home, url: string | undefined): string =>
  url ?? `redis://:${line(join(home.redis, 'redis.password'))}@127.0.0.1:${line(join(home.redis, 'redis.port'))}`
