import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { nodeSubjects } from '@periplus/runtime'
import { natsInbox, natsPasswordFile } from '@periplus/service'
import type { NatsUser } from '@periplus/service'
import { readCluster } from './cluster-file.ts'
import type { ClusterFile } from './cluster-file.ts'
import type { Home } from './home.ts'
import { readNatsServers } from './nats-servers.ts'
import type { NatsServer, NatsServers } from './nats-servers.ts'

/** How to reach NATS. Holds a secret. */
export interface NatsConnection {
  readonly servers: string | readonly string[]
  readonly user?: string
  readonly password?: string
  readonly keySeed?: string
  readonly ca?: string
  readonly serverName?: string
  readonly inboxPrefix?: string
}

/** What a process is to NATS: several roles of the control plane at once, one role, somebody who only reads, or a node. */
export type NatsRole = 'control-plane' | Exclude<NatsUser, 'node'> | { readonly node: string }

const line = (path: string): string => readFileSync(path, 'utf8').trim()

/** The role's user, the file of its password, and where it may listen. */
const ownOf = (role: NatsRole): { readonly user: string; readonly file: string; readonly inboxPrefix?: string } => {
  if (role === 'control-plane') return { user: 'periplus', file: 'nats.password' }
  if (typeof role === 'string') return { user: role, file: natsPasswordFile(role), inboxPrefix: natsInbox(role) }
  return { user: 'node', file: natsPasswordFile('node'), inboxPrefix: nodeSubjects(role.node).inbox }
}

/** A name in the certificate of each server that may keep the log, beside its address. */
export const natsServerName = 'nats.periplus'

type Place = Pick<NatsConnection, 'servers' | 'ca' | 'serverName'>

/** Where hosts reach a server. */
export const natsUrlOf = ({ address, port }: Pick<NatsServer, 'address' | 'port'>): string => `tls://${address}:${port}`

/** Where the servers are that keep the log together, this host's own first. */
const urlsOf = ({ servers }: NatsServers, nodeName: string): readonly string[] => {
  const own = servers.filter(({ name }) => name === nodeName)
  const others = servers.filter(({ name }) => name !== nodeName)
  return [...own, ...others].map(natsUrlOf)
}

/** The NATS of the cluster that this home is of, wherever it is. */
const clusterPlace = (home: Home, cluster: ClusterFile | undefined): Place => {
  const servers = readNatsServers(home)
  const several = cluster && servers?.replicated ? urlsOf(servers, cluster.nodeName) : undefined
  const urls = several ?? cluster?.joined?.nats.split(',')
  if (urls) return { servers: urls, ca: readFileSync(home.ca, 'utf8'), serverName: natsServerName }
  return { servers: `127.0.0.1:${line(join(home.nats, 'nats.port'))}` }
}

/**
 * The operator's NATS, with the credentials of its URL, or the cluster's own: of a host that joined with the node's own key, or as the
 * copy of the control plane that it runs; else with the credentials that its start left in its directory, of this role alone.
 */
export const natsConnection = (home: Home, url: string | undefined, role: NatsRole): NatsConnection => {
  const { user, file, inboxPrefix } = ownOf(role)
  const inbox = inboxPrefix === undefined ? {} : { inboxPrefix }
  const cluster = readCluster(home)
  if (cluster?.joined || url === undefined) {
    const place = clusterPlace(home, cluster)
    const hasPasswords = !cluster?.joined || (cluster.joined.controlPlane && typeof role === 'string')
    if (hasPasswords) return { ...place, user, password: line(join(home.nats, file)), ...inbox }
    return { ...place, keySeed: line(home.natsKey), inboxPrefix: nodeSubjects(cluster.nodeName).inbox }
  }
  const { protocol, host, username, password } = new URL(url)
  const servers = protocol === 'tls:' ? `tls://${host}` : host
  return username === ''
    ? { servers, ...inbox }
    : { servers, ...inbox, user: decodeURIComponent(username), password: decodeURIComponent(password) }
}

/** The operator's Redis, or the local one. A secret. */
export const redisConnection = (home: Home, url: string | undefined): string =>
  url ?? `redis://:${line(join(home.redis, 'redis.password'))}@127.0.0.1:${line(join(home.redis, 'redis.port'))}`
