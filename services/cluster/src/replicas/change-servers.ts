import { join } from 'node:path'
import { connectBus, removeServer, replacePeer, setReplicas, stepDown } from '@periplus/bus'
import type { Bus, BusRefusal, StreamCopies } from '@periplus/bus'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { natsHealthPasswordFile, natsHealthUser, secretIn } from '@periplus/service'
import { natsConnection } from '../home/connections.ts'
import type { Home } from '../home/home.ts'
import { well } from '../home/kube-api.ts'
import type { KubeApi } from '../home/kube-api.ts'
import type { NatsServer } from '../home/nats-servers.ts'
import { CannotGoOn } from '../home/say.ts'
import type { Say } from '../home/say.ts'
import { natsServersName, natsServersOfData } from '../roles/nats-servers.ts'
import { awaitServer, offeredServers, tellReplicated, tellServers } from './gather-servers.ts'
import { answered, replicas, until } from './until.ts'

/** How the servers that keep the log change. */
export interface ServerChange {
  readonly stay: readonly NatsServer[]
  readonly come: readonly NatsServer[]
}

/**
 * Which servers keep the log when all that are `offered` do, and `goes` does not. Left: why it has to stay. Pure.
 */
export const changeOf = (
  present: readonly NatsServer[],
  offered: readonly NatsServer[],
  goes?: string,
): Either<string, ServerChange> => {
  const stay = present.filter(({ name }) => name !== goes)
  const come = offered.filter(({ name }) => name !== goes && !present.some(server => server.name === name))
  const left = stay.length + come.length
  return left >= replicas
    ? E.right({ stay, come })
    : E.left(
        `the log is kept by ${present.map(({ name }) => name).join(', ')}; without ${goes ?? 'one of them'} ${left} would keep it, of which none may fail: ` +
          `let another host join with --role control-plane first`,
      )
}

/** The servers that keep the log now; `undefined` where one alone does. */
export const presentServers = async (api: KubeApi): Promise<readonly NatsServer[] | undefined> => {
  const { namespace, name } = natsServersName
  const answer = await api.get(`/api/v1/namespaces/${namespace}/configmaps/${name}`)
  if (answer.status === 404) return undefined
  const { data } = well(answer) as { readonly data?: Readonly<Record<string, string>> }
  const told = natsServersOfData(data)
  return told?.replicated ? told.servers : undefined
}

/** Of whoever rules the servers, or is `login`. */
const openBus = async (home: Home, login: object = {}): Promise<Bus> => {
  const bus = await connectBus({ ...natsConnection(home, undefined, 'control-plane'), ...login, name: 'replicas' })
  if (E.isLeft(bus)) throw new CannotGoOn(`NATS cannot be reached: ${bus.left.message}`)
  return bus.right
}

/** What a stream still lacks; `goes` counts for nothing. */
export const lackOf = (
  stream: string,
  { leader, others }: StreamCopies,
  needed: number,
  goes?: string,
): string | undefined => {
  if (leader === undefined) return `${stream} has no leader`
  const behind = others.find(({ name, current }) => name !== goes && !current)
  if (behind) return `${stream}: ${behind.name} lacks some of it (${behind.lag})`
  const kept = [leader, ...others.map(({ name }) => name)].filter(name => name !== goes).length
  return kept < needed ? `${stream} is on ${kept} servers of ${needed}` : undefined
}

/** Moves one stream: nothing leaves a server before all others that keep it have all of it. */
const move = async (bus: Bus, stream: string, goes: string | undefined): Promise<void> => {
  const copies = async (use: (copies: StreamCopies) => Promise<string | undefined> | string | undefined) => {
    const asked = await bus.jetstream.copies(stream)
    return E.isLeft(asked) ? `${stream}: ${asked.left.message}` : use(asked.right)
  }
  const done = (doing: Either<BusRefusal, void>): string | undefined =>
    E.isLeft(doing) ? `${stream}: ${doing.left.message}` : undefined
  await until(async () => done(await setReplicas(bus, stream, replicas)))
  const needed = goes === undefined ? replicas : replicas - 1
  await until(() => copies(found => lackOf(stream, found, needed, goes)), { whileChanging: true })
  if (goes === undefined) return
  await until(() =>
    copies(async ({ leader }) =>
      leader === goes ? (done(await stepDown(bus, stream)) ?? `${stream} is led by ${goes}`) : undefined,
    ),
  )
  await until(() =>
    copies(async ({ others }) =>
      others.some(({ name }) => name === goes)
        ? (done(await replacePeer(bus, stream, goes)) ?? `${stream} is still on ${goes}`)
        : undefined,
    ),
  )
  await until(() => copies(found => lackOf(stream, found, replicas)), { whileChanging: true })
}

/** Servers that have just lost one take a while to choose who answers. */
const streamsOf = (bus: Bus): Promise<readonly string[]> =>
  answered(async () =>
    E.mapLeft(({ message }: BusRefusal) => `the streams cannot be listed: ${message}`)(await bus.jetstream.names()),
  )

/**
 * Has the log kept by all servers that there are, hosts included that joined later, and without the one that `goes`, which need not live.
 * Writes go on meanwhile. Broken off, it is done again. Ends the program where too few would stay, before anything is changed.
 */
export const changeServers = async (
  { home, api, say }: { readonly home: Home; readonly api: KubeApi; readonly say: Say },
  present: readonly NatsServer[],
  goes?: string,
): Promise<readonly NatsServer[]> => {
  const change = changeOf(present, await offeredServers(api, home), goes)
  if (E.isLeft(change)) throw new CannotGoOn(change.left)
  const { stay, come } = change.right
  const servers = [...stay, ...come]
  if (come.length > 0) await tellServers(api, { servers: [...present, ...come], replicated: true })
  for (const server of come) await awaitServer(server)
  const bus = await openBus(home)
  try {
    for (const stream of await streamsOf(bus)) await move(bus, stream, goes)
  } finally {
    await bus.close()
  }
  await tellReplicated(api, servers)
  say(`the log is kept by ${servers.map(({ name }) => name).join(', ')}`)
  return servers
}

/** From now on a server has no say among those that keep the log; fine where it had none. */
export const forgetServer = async (home: Home, name: string): Promise<void> => {
  const password = secretIn(join(home.nats, natsHealthPasswordFile))
  const bus = await openBus(home, { user: natsHealthUser, password })
  try {
    await until(async () => {
      const removed = await removeServer(bus, name)
      return E.isLeft(removed) ? `the servers do not let ${name} go: ${removed.left.message}` : undefined
    })
  } finally {
    await bus.close()
  }
}
