import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { answersWith } from './dialogue.ts'
import { feedConfigurationFile, writeFeedConfiguration } from './feed-configuration.ts'
import { loopbackPort } from './loopback-port.ts'
import { secretIn } from './private-file.ts'
import { startServer } from './server-process.ts'
import type { LocalServer } from './server-process.ts'

/** How the server of the feed is started. */
export interface StartFeed {
  /** As `ensureNatsServer` gives it. */
  readonly binary: string
  /** Of its own: the stream, credentials, port and output. */
  readonly directory: string
  /** The stream's name. */
  readonly stream: string
  /** Default: a free one, the same after a restart where it is still free. */
  readonly port?: number
  /**
   * File with the certificate and key, in PEM, by which consumers know the server: then it listens on all addresses, encrypted.
   * Default: on 127.0.0.1 alone.
   */
  readonly certificate?: string
}

/** The server that consumers from outside read; its password is a secret. */
export interface LocalFeed extends LocalServer {
  readonly port: number
  /** Who writes it. */
  readonly user: string
  readonly password: string
  answers(): Promise<boolean>
}

/** Below the server's directory. */
export const feedPortFile = 'feed.port'

const user = 'feed'
const memoryMiB = 128
/** Of the processors, for the server of those outside. */
const share = 4
const niceness = 10

/** Who writes the feed of the server in `directory`. */
export const feedWriter = (directory: string): { readonly user: string; readonly password: string } => ({
  user,
  password: secretIn(join(directory, 'feed.password')),
})

/** Starts the NATS server that consumers from outside read from (`deploy/nats/feed.conf`), after everything else on the machine. */
export const startFeed = async (options: StartFeed): Promise<Either<string, LocalFeed>> => {
  const { binary, directory, certificate, stream } = options
  const chosen = await loopbackPort(join(directory, feedPortFile), options.port)
  if (E.isLeft(chosen)) return E.left(`the feed cannot start: ${chosen.left}`)
  const port = chosen.right
  const { password } = feedWriter(directory)
  writeFeedConfiguration(directory, stream, { certificate })
  // What the server says first is not encrypted.
  const answers = (): Promise<boolean> => answersWith(port, '', /^INFO /)
  const started = await startServer({
    name: 'feed',
    command: 'nice',
    args: ['-n', String(niceness), binary, '-c', feedConfigurationFile(directory)],
    environment: {
      GOMEMLIMIT: `${memoryMiB}MiB`,
      GOMAXPROCS: String(Math.max(1, Math.floor(availableParallelism() / share))),
      PERIPLUS_FEED_LISTEN: `"${certificate === undefined ? '127.0.0.1' : '0.0.0.0'}:${port}"`,
      PERIPLUS_FEED_STORE: JSON.stringify(directory),
      PERIPLUS_FEED_PASSWORD: password,
    },
    directory,
    ownerOnly: true,
    answers,
  })
  return E.isLeft(started) ? started : E.right({ ...started.right, port, user, password, answers })
}
