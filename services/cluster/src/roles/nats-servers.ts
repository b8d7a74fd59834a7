import { E } from '@periplus/prelude'
import type { Effect } from '@periplus/controller'
import { ConfigMap } from '@periplus/kinds'
import type { Cut } from '@periplus/projection'
import { readCluster } from '../home/cluster-file.ts'
import type { Home } from '../home/home.ts'
import { natsServersOf, readNatsServers, writeNatsServers } from '../home/nats-servers.ts'
import type { NatsServers } from '../home/nats-servers.ts'

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

/** Pure. */
export const wantedNatsServers = (cut: Cut): NatsServers | undefined =>
  natsServersOfData(cut.get(ConfigMap, natsServersName.namespace, natsServersName.name)?.data)

/**
 * Tells the processes of this host where the servers are. On the first host, whose server has the log until it is copied, the copying
 * itself does that; and what is replicated never is not again.
 */
export const natsServers = (home: Home): Effect<NatsServers | undefined> => ({
  name: 'nats-servers',
  wakes: ({ event: { ref } }) =>
    ref.resource === 'configmaps' && ref.namespace === natsServersName.namespace && ref.name === natsServersName.name,
  desired: wantedNatsServers,
  apply: async wanted => {
    const isSettled = readNatsServers(home)?.replicated ?? readCluster(home)?.joined === undefined
    if (wanted && (wanted.replicated || !isSettled)) writeNatsServers(home, wanted)
    return E.right(undefined)
  },
})

/** Where the NATS of a node's host is to be, as its annotation says. */
export const natsServerOfNode = (
  name: string,
  annotations: Readonly<Record<string, string>> = {},
): NatsServers['servers'][number] | undefined => {
  const place = parsed(annotations[natsServerAnnotation] ?? '')
  return natsServersOf({ servers: [{ ...(place as object | undefined), name }], replicated: false })?.servers[0]
}
