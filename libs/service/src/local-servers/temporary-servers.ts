import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { ensureNatsServer } from './ensure-nats-server.ts'
import { ensureRedisServer } from './ensure-redis-server.ts'
import { shippedFile } from './shipped-file.ts'
import { startFeed } from './start-feed.ts'
import type { LocalFeed } from './start-feed.ts'
import { startNats } from './start-nats.ts'
import type { LocalNats, StartNats } from './start-nats.ts'
import { startRedis } from './start-redis.ts'
import type { LocalRedis } from './start-redis.ts'
import type { LocalServer } from './server-process.ts'

/** A real server for a test or a benchmark, in a directory that goes with it. */
export interface Temporary<S extends LocalServer> {
  readonly server: S
  readonly directory: string
  /** Starts it again on the same data and port, after `server.kill()` or `server.stop()`. */
  restart(): Promise<S>
  /** Ends the server and deletes its directory. */
  dispose(): Promise<void>
}

const tools = (): string =>
  join(process.env['PERIPLUS_HOME'] || join(dirname(shippedFile('package-lock.json')), '.periplus'), 'tools')

const say = (line: string): void => void process.stderr.write(`${line}\n`)

const need = <A>(answer: Either<string, A>): A => {
  if (E.isLeft(answer)) throw new Error(answer.left)
  return answer.right
}

const temporary = async <S extends LocalServer>(
  name: string,
  start: (directory: string) => Promise<Either<string, S>>,
): Promise<Temporary<S>> => {
  const directory = await mkdtemp(join(tmpdir(), `periplus-${name}-`))
  let server = need(await start(directory))
  return {
    get server() {
      return server
    },
    directory,
    restart: async () => (server = need(await start(directory))),
    dispose: async () => {
      await server.kill()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

/** Throws, with the line that says what to set, where no nats-server can be had. */
export const temporaryNats = async (
  options: Pick<StartNats, 'sync' | 'nodeSubjects' | 'nodesReadFeeds' | 'certificate'> = {},
): Promise<Temporary<LocalNats>> => {
  const binary = need(await ensureNatsServer({ tools: tools(), say }))
  return temporary('nats', directory => startNats({ binary, directory, ...options }))
}

/** Throws, with the line that says what to set, where no redis-server can be had. */
export const temporaryRedis = async (): Promise<Temporary<LocalRedis>> => {
  const binary = need(await ensureRedisServer({ tools: tools(), say }))
  return temporary('redis', directory => startRedis({ binary, directory }))
}

/** Throws, with the line that says what to set, where no nats-server can be had. */
export const temporaryFeed = async (stream: string): Promise<Temporary<LocalFeed>> => {
  const binary = need(await ensureNatsServer({ tools: tools(), say }))
  return temporary('feed', directory => startFeed({ binary, directory, stream }))
}
