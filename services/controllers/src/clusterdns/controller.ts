import { deepEqual, refOf } from '@periplus/api'
import type { Stored } from '@periplus/api'
import type { Command } from '@periplus/commands'
import type { Controller, Decision, Key } from '@periplus/controller'
import { EndpointSlice, Node, Service } from '@periplus/kinds'
import type { Endpoint } from '@periplus/kinds'
import type { Cut } from '@periplus/projection'
import { serviceName } from '../endpointslice/labels.ts'
import { mostEndpoints, pack } from '../endpointslice/pack.ts'

const name = 'kube-dns'
const namespace = 'kube-system'
const theKey: Key = { namespace, name }

/** Where a node answers for the cluster's names: the first address of its pods' network, which is its bridge's. */
const answersAt = (podCidr: string): string => podCidr.replace(/\.\d+\/\d+$/, '.1')

const byNode = (one: Endpoint, other: Endpoint): number => ((one.nodeName ?? '') < (other.nodeName ?? '') ? -1 : 1)

const endpointsOf = (nodes: readonly Node[]): readonly Endpoint[] =>
  nodes
    .flatMap(({ metadata, spec }): readonly Endpoint[] =>
      spec?.podCIDR && metadata?.name
        ? [{ addresses: [answersAt(spec.podCIDR)], nodeName: metadata.name, conditions: { ready: true } }]
        : [],
    )
    .sort(byNode)

const isOurs = (slice: Stored<EndpointSlice>): boolean =>
  slice.metadata.name === name ||
  (/^kube-dns-\d+$/.test(slice.metadata.name) && slice.metadata.labels?.[serviceName] === name)

/** Another slice like the first one. */
const another = (first: Stored<EndpointSlice>, number: number, endpoints: readonly Endpoint[]): Command => {
  const { labels, ownerReferences } = first.metadata
  const { apiVersion, kind, addressType, ports } = first
  const metadata = { name: `${name}-${number}`, namespace, ...{ labels, ownerReferences } }
  const object: EndpointSlice = {
    apiVersion,
    kind,
    metadata,
    addressType,
    ports,
    endpoints: [...endpoints].sort(byNode),
  }
  return { verb: 'create', kind: EndpointSlice, object }
}

const slicesOf = (cut: Cut, first: Stored<EndpointSlice>): readonly Command[] => {
  const others = cut.list(EndpointSlice, namespace).filter(slice => slice !== first && isOurs(slice))
  const numbers = new Set(others.map(({ metadata }) => Number(metadata.name.slice(name.length + 1))))
  const nextNumber = (): number => {
    let number = 1
    while (numbers.has(number)) number++
    numbers.add(number)
    return number
  }
  // A node that comes is one write of so many endpoints, however many nodes there are.
  const { updates, creations, deletions } = pack([first, ...others], endpointsOf(cut.list(Node)), mostEndpoints)
  const update = (slice: Stored<EndpointSlice>, endpoints: readonly Endpoint[]): Command => {
    const leading: EndpointSlice = { ...slice, endpoints: [...endpoints].sort(byNode) }
    return { verb: 'update', kind: EndpointSlice, object: leading }
  }
  return [
    ...updates.map(({ slice, endpoints }) => update(slice, endpoints)),
    ...creations.map(endpoints => another(first, nextNumber(), endpoints)),
    ...deletions.map((slice): Command => {
      if (slice === first) return update(first, [])
      const ref = refOf(EndpointSlice, namespace, slice.metadata.name)
      return { verb: 'delete', kind: EndpointSlice, ref, options: {} }
    }),
  ]
}

const decide = (cut: Cut): Decision => {
  const service = cut.get(Service, namespace, name)
  const slice = cut.get(EndpointSlice, namespace, name)
  if (!service || !slice || cut.list(Node).length < 2) return { commands: [], why: 'one node answers for all names' }
  const local: Service = { ...service, spec: { ...service.spec, internalTrafficPolicy: 'Local' } }
  const commands = [...slicesOf(cut, slice)]
  if (!deepEqual(service, local)) commands.push({ verb: 'update', kind: Service, object: local })
  return { commands, why: commands.length > 0 ? 'each node asks itself for names' : 'each node is asked for names' }
}

/**
 * Once there are several nodes, each answers its own pods for the cluster's names, as each has a cut of its own: the service leads to
 * the node that asks.
 */
export const clusterDnsController: Controller = {
  name: 'clusterdns',
  version: 2,
  primary: Service,
  wakesItself: ({ change: { event } }) => event.ref.namespace === namespace && event.ref.name === name,
  startingKeys: () => [theKey],
  watches: [
    { kind: Node, keys: ({ before, after }) => (sameNetwork(before, after) ? [] : [theKey]) },
    {
      kind: EndpointSlice,
      keys: ({ before, after }) =>
        [before, after].some(slice => slice && isOurs(slice as Stored<EndpointSlice>)) ? [theKey] : [],
    },
  ],
  decide,
}

const sameNetwork = (before: Node | undefined, after: Node | undefined): boolean =>
  before !== undefined && after !== undefined && before.spec?.podCIDR === after.spec?.podCIDR
