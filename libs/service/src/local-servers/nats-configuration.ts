import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { recordedProcess } from '../processes/recorded-process.ts'
import { writePrivately } from './private-file.ts'
import { shippedFile } from './shipped-file.ts'

/** A node of another host, as NATS knows it. */
export interface NatsNode {
  /** What it may publish to and listen to, such as `periplus.nodes.two.>`. */
  readonly subjects: string
  /** The public half of its key, of which it alone has the seed. */
  readonly publicKey: string
}

/** Where a server of a NATS cluster is. */
export interface NatsPlace {
  readonly address: string
  readonly port: number
}

/** A server as one of several that keep streams together. */
export interface NatsMember {
  /** Unique among them. */
  readonly name: string
  /** Where the others send their clients. */
  readonly client: NatsPlace
  /** Where the others reach it. */
  readonly route: NatsPlace
  /** Of all of them; itself may be among these. */
  readonly routes: readonly NatsPlace[]
  /** By which servers know each other, beside certificates of the same authority. A secret. */
  readonly password: string
  /** File with the authority's certificate in PEM. */
  readonly authority: string
}

export interface NatsConfiguration {
  readonly nodes: readonly NatsNode[]
  /** Nodes read what concerns them, and cannot read the log. Default: they read the log. */
  readonly nodesReadFeeds?: boolean | undefined
  /** File with the server's certificate and its key in PEM: then other hosts may connect, encrypted. */
  readonly certificate?: string | undefined
  /** Absent: the server is alone. Takes a certificate. */
  readonly member?: NatsMember | undefined
  /** Password of a user `mover`, who may do anything: of a server that nobody uses yet. A secret. */
  readonly mover?: string | undefined
}

/** The user of the node on the server's own machine, whose rights those of other hosts have too. */
const nodeUser = (shipped: string): string | undefined => {
  const begin = shipped.indexOf('\n    {\n      user: node, password: $PERIPLUS_NATS_NODE_PASSWORD\n')
  const end = shipped.indexOf('\n    }', begin + 1)
  return begin < 0 || end < 0 ? undefined : shipped.slice(begin, end + '\n    }'.length)
}

/** What stands in the shipped configuration for the node of some subjects: where it asks for messages of its feed (`offerNodeFeeds`), and is told of it. */
export const nodeVariables = (subjects: string): Readonly<Record<string, string>> => {
  const node = subjects.split('.')[2] ?? ''
  return {
    PERIPLUS_NATS_NODE_SUBJECTS: JSON.stringify(subjects),
    PERIPLUS_NATS_NODE_FEED: JSON.stringify(`$JS.API.CONSUMER.MSG.NEXT.NODES.${node}`),
    PERIPLUS_NATS_NODE_TOLD: JSON.stringify(`told.to.${node}.>`),
  }
}

/** A node's user without the rights to what nodes do not read: the log, or feeds. */
const readingOnly = (user: string, what: 'log' | 'feeds'): string =>
  user
    .split('\n')
    .filter(line => !(what === 'log' ? /_NODE_FEED|_NODE_TOLD/ : /OBJECTS/).test(line))
    .join('\n')

/** How often servers of a cluster ask each other for a sign of life, and how many may stay out. */
export const routePings = { intervalSeconds: 2, unanswered: 1 } as const

const placeText = ({ address, port }: NatsPlace): string => `${address}:${port}`

/**
 * Servers of a cluster show each other certificates of the cluster's authority. As it signs nodes' certificates too, a server says
 * the servers' password besides. Whoever is cut off is given up after two pings, well before a lease is taken over.
 */
const clusterOf = ({ client, route, routes, password, authority }: NatsMember, certificate: string): string => {
  const [file, ca] = [certificate, authority].map(path => JSON.stringify(path))
  const urls = routes.map(place => JSON.stringify(`nats-route://route:${password}@${placeText(place)}`))
  return `
client_advertise: ${JSON.stringify(placeText(client))}
cluster {
  name: periplus
  listen: ${JSON.stringify(placeText(route))}
  authorization { user: route, password: ${password}, timeout: 5 }
  tls { cert_file: ${file}, key_file: ${file}, ca_file: ${ca}, verify: true, timeout: 5 }
  ping_interval: "${routePings.intervalSeconds}s"
  ping_max: ${routePings.unanswered}
  routes: [ ${urls.join(', ')} ]
}
`
}

/**
 * The shipped configuration with a user for each joined node, with encryption where other hosts are to reach the server, and with the
 * other servers where it is not alone.
 */
const natsConfiguration = (shipped: string, choices: NatsConfiguration): string => {
  const { nodes, nodesReadFeeds, certificate, member, mover } = choices
  const found = nodeUser(shipped)
  if (found === undefined) throw new Error('the shipped configuration of NATS has no user for a node')
  const user = readingOnly(found, nodesReadFeeds ? 'feeds' : 'log')
  const joined = nodes.map(({ subjects, publicKey }) =>
    Object.entries(nodeVariables(subjects)).reduce(
      (text, [name, value]) => text.replaceAll(`$${name}`, () => value),
      user.replace('user: node, password: $PERIPLUS_NATS_NODE_PASSWORD', () => `nkey: ${publicKey}`),
    ),
  )
  const moving = mover === undefined ? [] : [`\n    { user: mover, password: ${mover} }`]
  const withNodes = shipped.replace(found, () => [user, ...joined, ...moving].join(''))
  if (certificate === undefined) return withNodes
  const file = JSON.stringify(certificate)
  // Who is on this machine may go without: what it says does not leave the machine.
  const encrypted = `${withNodes}\ntls { cert_file: ${file}, key_file: ${file} }\nallow_non_tls: true\n`
  return member === undefined ? encrypted : encrypted + clusterOf(member, certificate)
}

const choicesFile = (directory: string): string => join(directory, 'nats.choices.json')

/** Below the server's directory; what it was started with the last time. */
export const configurationFile = (directory: string): string => join(directory, 'nats.conf')

const chosenBefore = (directory: string): NatsConfiguration => {
  try {
    return JSON.parse(readFileSync(choicesFile(directory), 'utf8')) as NatsConfiguration
  } catch {
    return { nodes: [] }
  }
}

/** Writes the configuration of the server in `directory`; what is not given stays as it was. */
export const writeNatsConfiguration = (directory: string, choices: Partial<NatsConfiguration>): void => {
  const chosen = { ...chosenBefore(directory), ...choices }
  writePrivately(choicesFile(directory), `${JSON.stringify(chosen)}\n`)
  const shipped = readFileSync(shippedFile('deploy/nats/nats.conf'), 'utf8')
  writePrivately(configurationFile(directory), natsConfiguration(shipped, chosen))
}

/** Has the server in `directory`, where one runs, read its configuration and its certificate again; connections that there are stay. */
export const reloadNats = (directory: string): void => {
  const server = recordedProcess(join(directory, 'nats.pid'))
  if (server) process.kill(server.pid, 'SIGHUP')
}

/** Writes the configuration, and has a running server read it. */
const reconfigure = (directory: string, choices: Partial<NatsConfiguration>): void => {
  writeNatsConfiguration(directory, choices)
  reloadNats(directory)
}

/** Lets in these nodes of other hosts and no others, from now on: a running server ends connections of those who are gone. */
export const setNatsNodes = (directory: string, nodes: readonly NatsNode[]): void => {
  if (JSON.stringify(chosenBefore(directory).nodes) !== JSON.stringify(nodes)) reconfigure(directory, { nodes })
}

/** Where the other servers are from now on, for a server that is one of several already. */
export const setNatsRoutes = (directory: string, routes: readonly NatsPlace[]): void => {
  const { member } = chosenBefore(directory)
  if (member && JSON.stringify(member.routes) !== JSON.stringify(routes))
    reconfigure(directory, { member: { ...member, routes } })
}
