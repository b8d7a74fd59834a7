import { deepEqual } from '@periplus/api'
import type { Command } from '@periplus/commands'
import type { Controller, Decision, Key } from '@periplus/controller'
import { EndpointSlice, Node, Service } from '@periplus/kinds'
import type { Cut } from '@periplus/projection'

const name = 'kube-dns'
const namespace = 'kube-system'
const theKey: Key = { namespace, name }

/** Where a node answers for the cluster's names: the first address of its pods' network, which is its bridge's. */
const answersAt = (podCidr: string): string => podCidr.replace(/\.\d+\/\d+$/, '.1')

const endpointsOf = (nodes: readonly Node[]): NonNullable<EndpointSlice['endpoints']> =>
  nodes
    .flatMap(({ metadata, spec }) =>
      spec?.podCIDR && metadata?.name
        ? [{ addresses: [answersAt(spec.podCIDR)], nodeName: metadata.name, conditions: { ready: true } }]
        : [],
    )
    .sort((one, other) => (one.nodeName < other.nodeName ? -1 : 1))

const decide = (cut: Cut): Decision => {
  const service = cut.get(Service, namespace, name)
  const slice = cut.get(EndpointSlice, namespace, name)
  const nodes = cut.list(Node)
  if (!service || !slice || nodes.length < 2) return { commands: [], why: 'one node answers for all names' }
  const commands: Command[] = []
  const leading: EndpointSlice = { ...slice, endpoints: endpointsOf(nodes) }
  const local: Service = { ...service, spec: { ...service.spec, internalTrafficPolicy: 'Local' } }
  if (!deepEqual(slice, leading)) commands.push({ verb: 'update', kind: EndpointSlice, object: leading })
  if (!deepEqual(service, local)) commands.push({ verb: 'update', kind: Service, object: local })
  return { commands, why: commands.length > 0 ? 'each node asks itself for names' : 'each node is asked for names' }
}

/**
 * Once there are several nodes, each answers its own pods for the cluster's names, as each has a cut of its own: the service leads to
 * the node that asks.
 */
export const clusterDnsController: Controller = {
  name: 'clusterdns',
  version: 1,
  primary: Service,
  wakesItself: ({ change: { event } }) => event.ref.namespace === namespace && event.ref.name === name,
  startingKeys: () => [theKey],
  watches: [
    { kind: Node, keys: ({ before, after }) => (sameNetwork(before, after) ? [] : [theKey]) },
    { kind: EndpointSlice, keys: ({ change: { event } }) => (event.ref.name === name ? [theKey] : []) },
  ],
  decide,
}

const sameNetwork = (before: Node | undefined, after: Node | undefined): boolean =>
  before !== undefined && after !== undefined && before.spec?.podCIDR === after.spec?.podCIDR
