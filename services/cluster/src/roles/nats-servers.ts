import { createHmac, timingSafeEqual } from 'node:crypto'
import { E } from '@periplus/prelude'
import type { Effect } from '@periplus/controller'
import { ConfigMap } from '@periplus/kinds'
import type { Cut } from '@periplus/projection'
import { setNatsRoutes } from '@periplus/service'
import { readCluster } from '../home/cluster-file.ts'
import type { Home } from '../home/home.ts'
import { natsMember, natsServersOf, readNatsServers, writeNatsServers } from '../home/nats-servers.ts'
import type { NatsServer, NatsServers } from '../home/nats-servers.ts'

/** On a Node whose host has a copy of the control plane: where its NATS is, when it keeps the log too. */
export const natsServerAnnotation = 'periplus.io/nats-server'

/** The ConfigMap that tells all hosts which servers keep the log. */
export const natsServersName = { namespace: 'kube-system', name: 'nats-servers' } as const

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The ConfigMap's data, and what such data says. */
export const natsServersData = ({ servers, replicated }: NatsServers): Record<string, string> => ({
  servers: JSON.stringify(servers),
  replicated: String(replicated),
})

export const natsServersOfData = (data: Readonly<Record<string, string>> = {}): NatsServers | undefined =>
  natsServersOf({ servers: parsed(data['servers'] ?? ''), replicated: data['replicated'] === 'true' })

/** Pure: what all hosts are told. */
export const toldNatsServers = (cut: Cut): NatsServers | undefined =>
  natsServersOfData(cut.get(ConfigMap, natsServersName.namespace, natsServersName.name)?.data)

/**
 * Whether what is told is of the cluster whose backup this one begins with: a first host is among servers that keep the log from the copying
 * on, before anybody is told of them.
 */
export const isOfAnotherCluster = (home: Home, told: NatsServers | undefined): boolean =>
  told?.replicated === true && readCluster(home)?.joined === undefined && readNatsServers(home) === undefined

/**
 * Tells the processes of this host where the servers are. On the first host, whose server has the log until it is copied, the copying
 * itself does that; and what is replicated never is not again.
 */
export const natsServers = (home: Home): Effect<NatsServers | undefined> => ({
  name: 'nats-servers',
  wakes: ({ event: { ref } }) =>
    ref.resource === 'configmaps' && ref.namespace === natsServersName.namespace && ref.name === natsServersName.name,
  desired: toldNatsServers,
  apply: async wanted => {
    if (isOfAnotherCluster(home, wanted)) return E.right(undefined)
    const isSettled = readNatsServers(home)?.replicated ?? readCluster(home)?.joined === undefined
    if (wanted && (wanted.replicated || !isSettled)) writeNatsServers(home, wanted)
    const member = wanted?.replicated ? natsMember(home) : undefined
    if (member) setNatsRoutes(home.nats, member.routes)
    return E.right(undefined)
  },
})

const proofOf = ({ name, address, port, routePort }: NatsServer, password: string): Buffer =>
  createHmac('sha256', password)
    .update(JSON.stringify(['nats-server', name, address, port, routePort]))
    .digest()

/**
 * The annotation's value. A node writes its annotations itself, and whoever is taken for a server is told the servers' password: so it
 * shows that it knows that already, as hosts with a control plane do.
 */
export const natsServerClaim = (server: NatsServer, password: string): string => {
  const { name: _, ...place } = server
  return JSON.stringify({ ...place, proof: proofOf(server, password).toString('base64url') })
}

/** Where the NATS of a node's host is to be, as its annotation says; `undefined` where it says nothing, or does not prove it. */
export const natsServerOfNode = (
  name: string,
  annotations: Readonly<Record<string, string>> = {},
  password: string,
): NatsServer | undefined => {
  const claim = parsed(annotations[natsServerAnnotation] ?? '') as Readonly<Record<string, unknown>> | null | undefined
  const server = natsServersOf({ servers: [{ ...claim, name }], replicated: false })?.servers[0]
  const shown = Buffer.from(typeof claim?.['proof'] === 'string' ? claim['proof'] : '', 'base64url')
  if (!server) return undefined
  const proof = proofOf(server, password)
  if (shown.length !== proof.length || !timingSafeEqual(shown, proof)) return undefined
  const { address, port, routePort } = server
  return { name, address, port, routePort }
}
