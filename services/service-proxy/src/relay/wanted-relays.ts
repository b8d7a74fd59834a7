import { isAnothers, isPodTerminated, isPort, targetsOf } from '@periplus/kinds'
import type { EndpointSlice, Pod, Service, ServicePort, Target, TargetPlace } from '@periplus/kinds'
import type { Relay } from '@periplus/net'
import { affinityOf } from '../affinity-of.ts'
import { slicesOf } from '../slices-of.ts'

/** What a node does for services where pods are plain processes, which have this machine's address. */
export interface WantedRelays {
  readonly relays: readonly Relay[]
  /** Parts of services that nobody can reach here, and why, for people. */
  readonly unserved: readonly string[]
}

export interface RelayedCluster {
  readonly services: readonly Service[]
  readonly slices: readonly EndpointSlice[]
  /** Those of this node. */
  readonly pods: readonly Pod[]
}

/** Of loopback every machine has all addresses, and may listen at each. */
export const isLoopback = (ip: string): boolean => /^127\.\d+\.\d+\.\d+$/.test(ip)

/** All of the machine's addresses: those of node ports. */
const anywhere = '0.0.0.0'

/** One address and port of a service, and what a node of plain processes does for it. */
export interface ServedWay {
  readonly way: ServiceWay
  readonly served: Served
}

/**
 * Where to listen for services, and for whom. A port that a pod of this node has is left to the pod: it may listen at all of the machine's
 * addresses, which it could not if a service's were taken. Then connections to the service reach it without a relay.
 */
export const servedWays = ({ services, slices, pods }: RelayedCluster, place: TargetPlace): readonly ServedWay[] => {
  const slicesOfService = slicesOf(slices)
  const ways = services
    .filter(service => !isAnothers(service) && service.spec?.type !== 'ExternalName')
    .flatMap(service =>
      (service.spec?.ports ?? []).flatMap(port => waysOf(service, port, slicesOfService(service), place)),
    )
  const podPorts = new Set([
    ...pods.filter(pod => !isPodTerminated(pod)).flatMap(portsOf),
    ...ways.flatMap(({ protocol, targets }) => targets.filter(isHere).map(({ port }) => `${protocol} ${port}`)),
  ])
  return ways.map(way => ({ way, served: servedBy(way, podPorts) }))
}

/** The relays of all ways, and what has none though somebody would answer. */
export const wantedRelays = (cluster: RelayedCluster, place: TargetPlace): WantedRelays => {
  const ways = servedWays(cluster, place)
  return {
    relays: ways.flatMap(({ served }) => (served.tag === 'Relay' ? served.relay : [])),
    unserved: ways.flatMap(({ way: { service, address, port }, served }) =>
      served.tag === 'Unserved' ? `${service} at ${address}:${port}: ${served.why}` : [],
    ),
  }
}

const isHere = ({ local }: Target): boolean => local

const portsOf = ({ spec }: Pod): readonly string[] =>
  [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])]
    .flatMap(({ ports = [] }) => ports)
    .map(({ containerPort, protocol = 'TCP' }) => `${protocol} ${containerPort}`)

/** A place where clients look for a service. */
export interface ServiceWay {
  /** `namespace/name`. */
  readonly service: string
  readonly protocol: string
  readonly address: string
  readonly port: number
  readonly targets: readonly Target[]
  readonly affinity: number | undefined
}

const waysOf = (
  service: Service,
  servicePort: ServicePort,
  slices: readonly EndpointSlice[],
  place: TargetPlace,
): readonly ServiceWay[] => {
  const { metadata, spec = {} } = service
  const { cluster, local } = targetsOf(servicePort, slices, place)
  const { port, nodePort, protocol = 'TCP' } = servicePort
  if (!isPort(port)) return []
  const common = { service: `${metadata?.namespace}/${metadata?.name}`, protocol, affinity: affinityOf(service) }
  const inside = spec.internalTrafficPolicy === 'Local' ? local : cluster
  const outside = spec.externalTrafficPolicy === 'Local' ? local : cluster
  const clusterIps = (spec.clusterIPs ?? [spec.clusterIP ?? '']).filter(ip => ip !== '' && ip !== 'None')
  return [
    ...clusterIps.map(address => ({ ...common, address, port, targets: inside })),
    ...(isPort(nodePort) ? [{ ...common, address: anywhere, port: nodePort, targets: outside }] : []),
  ]
}

/** Who takes connections to one way. */
export type Served =
  | { readonly tag: 'Relay'; readonly relay: Relay }
  /** A pod listens there itself. */
  | { readonly tag: 'Straight' }
  /** Nobody, as there is no endpoint. */
  | { readonly tag: 'Refused' }
  | { readonly tag: 'Unserved'; readonly why: string }

const servedBy = (
  { protocol, address, port, targets, affinity }: ServiceWay,
  podPorts: ReadonlySet<string>,
): Served => {
  const unserved = (why: string): Served => ({ tag: 'Unserved', why })
  if (targets.length === 0) return { tag: 'Refused' }
  if (protocol !== 'TCP' && protocol !== 'UDP') return unserved(`${protocol} is not handed on`)
  if (address !== anywhere && !isLoopback(address)) return unserved('this is no address of loopback')
  if (targets.some(target => target.local && target.port === port)) return { tag: 'Straight' }
  if (podPorts.has(`${protocol} ${port}`)) return unserved('the port is that of a pod on this node')
  const relay: Relay = {
    ...{ protocol, address, port },
    targets: targets.map(target => ({ ip: target.ip, port: target.port })),
    ...(affinity === undefined ? {} : { affinity }),
  }
  return { tag: 'Relay', relay }
}
