import { existsSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { answersWith } from './dialogue.ts'
import { loopbackPort } from './loopback-port.ts'
import { secretIn, writePrivately } from './private-file.ts'
import { startServer } from './server-process.ts'
import type { LocalServer } from './server-process.ts'
import { shippedFile } from './shipped-file.ts'

/** How a Redis server is started. */
export interface StartRedis {
  /** As `ensureRedisServer` gives it. */
  readonly binary: string
  /** Of its own: snapshot, credentials, port and output. */
  readonly directory: string
  /** Default: a free one, the same after a restart where it is still free. */
  readonly port?: number
  /** Told of a snapshot that cannot be read, and where it was moved to. */
  readonly onUnreadable?: (movedTo: string) => void
}

/** A Redis server of the cluster's own. */
export interface LocalRedis extends LocalServer {
  readonly port: number
  readonly password: string
  /** `redis://:<password>@127.0.0.1:<port>`; a secret. */
  readonly url: string
  answers(): Promise<boolean>
}

/**
 * Starts a Redis server on 127.0.0.1, with the shipped configuration (`deploy/redis/redis.conf`). Where it does not start on its
 * snapshot, that is moved aside and it starts empty: what is in it is found in the log too.
 */
export const startRedis = async (options: StartRedis): Promise<Either<string, LocalRedis>> => {
  const { binary, directory } = options
  const chosen = await loopbackPort(join(directory, 'redis.port'), options.port)
  if (E.isLeft(chosen)) return E.left(`Redis cannot start: ${chosen.left}`)
  const port = chosen.right
  const password = secretIn(join(directory, 'redis.password'))
  const configuration = join(directory, 'redis.conf')
  writePrivately(
    configuration,
    [
      `include "${shippedFile('deploy/redis/redis.conf')}"`,
      `port ${port}`,
      `dir "${directory}"`,
      `requirepass ${password}`,
      '',
    ].join('\n'),
  )
  const answers = (): Promise<boolean> => answersWith(port, `AUTH ${password}\r\nPING\r\n`, /\+PONG\r\n/)
  const start = () =>
    startServer({
      name: 'redis',
      command: binary,
      args: [configuration],
      environment: {},
      directory,
      ownerOnly: true,
      answers,
    })
  const snapshot = join(directory, 'dump.rdb')
  let started = await start()
  if (E.isLeft(started) && existsSync(snapshot) && /loading the DB|RDB/.test(started.left)) {
    renameSync(snapshot, `${snapshot}.unreadable`)
    options.onUnreadable?.(`${snapshot}.unreadable`)
    started = await start()
  }
  if (E.isLeft(started)) return started
  return E.right({ ...started.right, port, password, answers, url: `redis://:${password}@127.0.0.1:${port}` })
}
