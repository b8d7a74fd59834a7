import { join } from 'node:path'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { answersWith } from './dialogue.ts'
import { loopbackPort } from './loopback-port.ts'
import { configurationFile, nodeVariables, writeNatsConfiguration } from './nats-configuration.ts'
import type { NatsMember } from './nats-configuration.ts'
import { natsHealth } from './nats-health.ts'
import type { NatsHealth } from './nats-health.ts'
import { secretIn } from './private-file.ts'
import { startServer } from './server-process.ts'
import type { LocalServer } from './server-process.ts'

/** How a NATS server is started. */
export interface StartNats {
  /** As `ensureNatsServer` gives it. */
  readonly binary: string
  /** Of its own: streams, credentials, port and output. */
  readonly directory: string
  /** Default: a free one, the same after a restart where it is still free. */
  readonly port?: number
  /** `interval` (100 ms) is several times faster and may lose that much when the machine goes down. Default `always`. */
  readonly sync?: 'always' | 'interval'
  /**
   * File with the certificate and key, in PEM, by which other hosts know the server: then it listens on all addresses, encrypted.
   * Default: on 127.0.0.1 alone.
   */
  readonly certificate?: string
  /** The subjects of the node that the user `node` is; default: no node's. */
  readonly nodeSubjects?: string
  /** Nodes read what concerns them, and cannot read the log. Default: they read the log. */
  readonly nodesReadFeeds?: boolean
  /** As one of several servers; takes a certificate. Default: alone. */
  readonly member?: NatsMember
  /** Lets in a user `mover` with this password, who may do anything. A secret. */
  readonly mover?: string
  /** What Go's garbage collector aims at, where what lives is more than half of it. Default 512: ten thousand pods that start keep more than 128 alive. */
  readonly memoryMiB?: number
}

/** A NATS server of the cluster's own; its passwords are secrets. */
export interface LocalNats extends LocalServer {
  readonly port: number
  /** `127.0.0.1:<port>`. */
  readonly servers: string
  readonly user: string
  readonly password: string
  /** Everybody else, with what his role needs. */
  readonly users: Readonly<Record<NatsUser, NatsLogin>>
  /** What the server says of its streams. */
  health(): Promise<NatsHealth>
}

/** Users of NATS, one for each role. */
export const natsUsers = [
  'reader',
  'node',
  'apiserver',
  'controllers',
  'scheduler',
  'projector',
  'compactor',
  'service-proxy',
  'dns',
  'ingress',
  'log-router',
  'feed',
] as const

/** A user of NATS with the least that a role needs. */
export type NatsUser = (typeof natsUsers)[number]

export interface NatsLogin {
  readonly user: string
  readonly password: string
}

/** Below the server's directory. */
export const natsPasswordFile = (user: NatsUser): string => `nats.${user}-password`

/** Where answers to a user come to, and to nobody else; a node's are below the subjects of that node. */
export const natsInbox = (user: Exclude<NatsUser, 'node'>): string => `_${variableName(user)}`

const variableName = (user: NatsUser): string => user.toUpperCase().replaceAll('-', '_')

/** The user for several roles of the control plane at once. */
const user = 'periplus'
/** Of the system account. */
export const natsHealthUser = 'health'
/** The file of its password, below the server's directory. */
export const natsHealthPasswordFile = 'nats.health-password'
/** By which the servers of a cluster know each other. */
export const natsRoutePasswordFile = 'nats.route-password'

/** Starts a NATS server with JetStream on 127.0.0.1, with the shipped configuration (`deploy/nats/nats.conf`). */
export const startNats = async (options: StartNats): Promise<Either<string, LocalNats>> => {
  const { binary, directory, certificate, member, mover, nodesReadFeeds = false } = options
  const { sync = 'always', nodeSubjects = 'periplus.nodes._.>', memoryMiB = 512 } = options
  const name = member?.name ?? 'periplus'
  const chosen = await loopbackPort(join(directory, 'nats.port'), options.port)
  if (E.isLeft(chosen)) return E.left(`NATS cannot start: ${chosen.left}`)
  const port = chosen.right
  const password = secretIn(join(directory, 'nats.password'))
  const healthPassword = secretIn(join(directory, natsHealthPasswordFile))
  const users = Object.fromEntries(
    natsUsers.map(name => [name, { user: name, password: secretIn(join(directory, natsPasswordFile(name))) }]),
  ) as Record<NatsUser, NatsLogin>
  const login = `CONNECT ${JSON.stringify({ verbose: false, pedantic: false, user, pass: password })}\r\nPING\r\n`
  writeNatsConfiguration(directory, { certificate, member, mover, nodesReadFeeds })
  const started = await startServer({
    name: 'nats',
    command: binary,
    args: ['-c', configurationFile(directory)],
    environment: {
      GOMEMLIMIT: `${memoryMiB}MiB`,
      PERIPLUS_NATS_LISTEN: `"${certificate === undefined ? '127.0.0.1' : '0.0.0.0'}:${port}"`,
      PERIPLUS_NATS_NAME: JSON.stringify(name),
      PERIPLUS_NATS_STORE: `"${directory}"`,
      PERIPLUS_NATS_SYNC: sync === 'always' ? 'always' : '"100ms"',
      PERIPLUS_NATS_USER: user,
      PERIPLUS_NATS_PASSWORD: password,
      ...Object.fromEntries(
        natsUsers.map(name => [`PERIPLUS_NATS_${variableName(name)}_PASSWORD`, users[name].password]),
      ),
      ...nodeVariables(nodeSubjects),
      PERIPLUS_NATS_HEALTH_PASSWORD: healthPassword,
    },
    directory,
    ownerOnly: true,
    answers: () => answersWith(port, login, /PONG\r\n/),
  })
  if (E.isLeft(started)) return started
  const health = (): Promise<NatsHealth> => natsHealth(port, { name, user: natsHealthUser, password: healthPassword })
  return E.right({
    ...started.right,
    port,
    servers: `127.0.0.1:${port}`,
    user,
    password,
    users,
    health,
  })
}
