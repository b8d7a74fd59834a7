import { join } from 'node:path'
import { natsRoutePasswordFile, secretIn } from '@periplus/service'
import type { NatsMember } from '@periplus/service'
import { readCluster } from './cluster-file.ts'
import { readJson, writeJson } from './home.ts'
import type { Home } from './home.ts'
import { CannotGoOn } from './say.ts'

/** Where the NATS of a host of the control plane is, for the others. */
export interface NatsServer {
  /** The host's node's. */
  readonly name: string
  readonly address: string
  /** For clients. */
  readonly port: number
  /** For the other servers. */
  readonly routePort: number
}

/** The servers that keep the log together, or are about to. */
export interface NatsServers {
  /** The first host's first. */
  readonly servers: readonly NatsServer[]
  /** Until it is, the first host's alone keeps it. */
  readonly replicated: boolean
}

const isServer = (value: unknown): value is NatsServer => {
  const { name, address, port, routePort } = (value ?? {}) as Partial<Record<keyof NatsServer, unknown>>
  return (
    [name, address].every(text => typeof text === 'string' && text !== '') &&
    [port, routePort].every(number => Number.isInteger(number))
  )
}

/** `undefined` where it is something else. */
export const natsServersOf = (value: unknown): NatsServers | undefined => {
  const { servers, replicated } = (value ?? {}) as Partial<Record<keyof NatsServers, unknown>>
  return Array.isArray(servers) && servers.length > 0 && servers.every(isServer) && typeof replicated === 'boolean'
    ? { servers, replicated }
    : undefined
}

/** `undefined` where the first host's NATS is alone. */
export const readNatsServers = (home: Home): NatsServers | undefined => {
  const value = readJson(home.natsServers, 'put it back as it was')
  if (value === undefined) return undefined
  const found = natsServersOf(value)
  if (!found) throw new CannotGoOn(`${home.natsServers} is damaged (it names no servers); put it back as it was`)
  return found
}

export const writeNatsServers = (home: Home, servers: NatsServers): void => writeJson(home.natsServers, servers)

/** How this host's server is one of these; `undefined` where it is not. */
export const natsMemberOf = (home: Home, { servers }: NatsServers, nodeName: string): NatsMember | undefined => {
  const own = servers.find(({ name }) => name === nodeName)
  if (!own) return undefined
  const { name, address, port, routePort } = own
  return {
    name,
    client: { address, port },
    route: { address, port: routePort },
    routes: servers.map(server => ({ address: server.address, port: server.routePort })),
    password: secretIn(join(home.nats, natsRoutePasswordFile)),
    authority: home.ca,
  }
}

/** What the server of this host is to be started as; `undefined`: alone, or, on a host that joined, not at all. */
export const natsMember = (home: Home): NatsMember | undefined => {
  const [servers, cluster] = [readNatsServers(home), readCluster(home)]
  return servers && cluster && natsMemberOf(home, servers, cluster.nodeName)
}
