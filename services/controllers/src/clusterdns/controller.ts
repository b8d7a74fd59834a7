import { deepEqual, refOf } from '@periplus/api'
import type { Stored } from '@periplus/api'
import type { Command } from '@periplus/commands'
import type { Controller, Decision, Key } from '@periplus/controller'
import { EndpointSlice, Node, Service } from '@periplus/kinds'
import type { Cut } from '@periplus/projection'
import { serviceName } from '../endpointslice/labels.ts'

const name = 'kube-dns'
const namespace = 'kube-system'
const theKey: Key = { namespace, name }

/** Where a node answers for the cluster's names: the first address of its pods' network, which is its bridge's. */
const answersAt = (podCidr: string): string => podCidr.replace(/\.\d+\/\d+$/, '.1')

type Endpoints = NonNullable<EndpointSlice['endpoints']>

/** By the nodes' names. */
const endpointsOf = (nodes: readonly Node[]): Map<string, Endpoints[number]> =>
  new Map(
    nodes.flatMap(({ metadata, spec }) =>
      spec?.podCIDR && metadata?.name
        ? [
            [
              metadata.name,
              { addresses: [answersAt(spec.podCIDR)], nodeName: metadata.name, conditions: { ready: true } },
            ] as const,
          ]
        : [],
    ),
  )

/** As many as Kubernetes puts into one: a node that comes is one write of so many, however many nodes there are. */
const mostInSlice = 100

const isOurs = (slice: Stored<EndpointSlice>): boolean =>
  slice.metadata.name === name ||
  (/^kube-dns-\d+$/.test(slice.metadata.name) && slice.metadata.labels?.[serviceName] === name)

const byNode = (one: Endpoints[number], other: Endpoints[number]): number =>
  (one.nodeName ?? '') < (other.nodeName ?? '') ? -1 : 1

/** The endpoints of each slice, the first one's before others: those that are there stay where they are, and new ones come where there is room. */
const distributed = (
  slices: readonly Stored<EndpointSlice>[],
  wanted: Map<string, Endpoints[number]>,
): readonly Endpoints[] => {
  const take = (nodeName = ''): Endpoints => {
    const found = wanted.get(nodeName)
    wanted.delete(nodeName)
    return found ? [found] : []
  }
  const kept = slices.map(({ endpoints = [] }) => endpoints.flatMap(({ nodeName }) => take(nodeName)))
  const fresh = [...wanted.values()].sort(byNode)
  const filled = kept.map(endpoints => [...endpoints, ...fresh.splice(0, Math.max(0, mostInSlice - endpoints.length))])
  while (fresh.length > 0) filled.push(fresh.splice(0, mostInSlice))
  return filled.map(endpoints => endpoints.sort(byNode))
}

/** Another slice like the first one. */
const another = (first: Stored<EndpointSlice>, number: number, endpoints: Endpoints): Command => {
  const { labels, ownerReferences } = first.metadata
  const { apiVersion, kind, addressType, ports } = first
  const metadata = { name: `${name}-${number}`, namespace, ...{ labels, ownerReferences } }
  const object: EndpointSlice = { apiVersion, kind, metadata, addressType, ports, endpoints }
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
  const slices = [first, ...others]
  return distributed(slices, endpointsOf(cut.list(Node))).flatMap((endpoints, i): readonly Command[] => {
    const slice = slices[i]
    if (!slice) return [another(first, nextNumber(), endpoints)]
    if (endpoints.length === 0 && slice !== first)
      return [
        { verb: 'delete', kind: EndpointSlice, ref: refOf(EndpointSlice, namespace, slice.metadata.name), options: {} },
      ]
    const leading: EndpointSlice = { ...slice, endpoints }
    return deepEqual(slice, leading) ? [] : [{ verb: 'update', kind: EndpointSlice, object: leading }]
  })
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
