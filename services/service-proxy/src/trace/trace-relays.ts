import type { Stored } from '@periplus/api'
import { EndpointSlice, Node, Pod, Service, isPodTerminated } from '@periplus/kinds'
import { podsOnNode } from '@periplus/projection'
import type { Cut } from '@periplus/projection'
import { servedWays } from '../relay/wanted-relays.ts'
import type { ServedWay } from '../relay/wanted-relays.ts'
import { zoneOf } from '../zone-of.ts'
import type { Begun, PolicySaying, TracedConnection, WayEnd } from './traced-connection.ts'

/** Whether a node's pods are plain processes, whose services are handed on by the node's own process. */
export const runsProcesses = (cut: Cut, nodeName: string): boolean =>
  cut.get(Node, '', nodeName)?.status?.nodeInfo?.containerRuntimeVersion?.startsWith('process://') === true

const waysOn = (cut: Cut, nodeName: string): readonly ServedWay[] =>
  servedWays(
    { services: cut.list(Service), slices: cut.list(EndpointSlice), pods: cut.by(podsOnNode, nodeName) },
    { nodeName, zone: zoneOf(cut, nodeName) },
  )

/** A part of a service that has endpoints, and that no process of a node reaches. */
export interface UnservedPart {
  readonly nodeName: string
  /** `ADDRESS:PORT`. */
  readonly place: string
  readonly why: string
}

/** Parts of a service that nodes of plain processes do not hand on, and why. */
export const unservedParts = (cut: Cut, { metadata }: Stored<Service>): readonly UnservedPart[] =>
  cut
    .list(Node)
    .map(node => node.metadata.name)
    .filter(nodeName => runsProcesses(cut, nodeName))
    .flatMap(nodeName =>
      waysOn(cut, nodeName).flatMap(({ way, served }) =>
        served.tag === 'Unserved' && way.service === `${metadata.namespace}/${metadata.name}`
          ? [{ nodeName, place: `${way.address}:${way.port}`, why: served.why }]
          : [],
      ),
    )

/** The ways of connections that a plain process begins: over the relays of its node, past no policy. */
export const tracingRelays = (cut: Cut, nodeName: string): ((begun: Begun) => TracedConnection) => {
  const ways = waysOn(cut, nodeName)
  const own = new Set(cut.list(Service).flatMap(({ spec }) => spec?.clusterIPs ?? []))
  return ({ to, port, protocol }) => {
    const end = (at: { readonly ip: string; readonly port: number }): WayEnd => endAt(cut, at, protocol)
    const found = ways.find(
      ({ way }) => way.address === to && way.port === port && way.protocol.toLowerCase() === protocol,
    )
    if (!found)
      return own.has(to)
        ? nowhere({ tag: 'NoSuchPort' })
        : { translation: { tag: 'None' }, ends: [end({ ip: to, port })] }
    const { way, served } = found
    switch (served.tag) {
      case 'Refused':
        return nowhere({ tag: 'Refused' })
      case 'Unserved':
        return nowhere(served)
      case 'Straight':
        return {
          translation: { tag: 'Straight' },
          ends: way.targets.filter(one => one.local && one.port === port).map(end),
        }
      case 'Relay':
        return {
          translation: { tag: 'HandedOn', keepsClients: way.affinity !== undefined },
          ends: way.targets.map(end),
        }
    }
  }
}

const nowhere = (translation: TracedConnection['translation']): TracedConnection => ({ translation, ends: [] })

const unpoliced: PolicySaying = { tag: 'NoPolicy', why: 'network policies are not in force among plain processes' }

/** All pods of a machine have its address: who is meant is told by the port. */
const endAt = (cut: Cut, { ip, port }: { readonly ip: string; readonly port: number }, protocol: string): WayEnd => {
  const there = endpointAt(cut, ip, port, protocol) ?? podAt(cut, ip, port, protocol)
  return { ip, port, ...there, egress: unpoliced, ingress: unpoliced }
}

type Whose = Pick<WayEnd, 'pod' | 'nodeName'>

const endpointAt = (cut: Cut, ip: string, port: number, protocol: string): Whose | undefined => {
  const isPort = (one: { readonly port?: number; readonly protocol?: string }): boolean =>
    one.port === port && (one.protocol ?? 'TCP').toLowerCase() === protocol
  const found = cut
    .list(EndpointSlice)
    .filter(({ ports }) => ports?.some(isPort))
    .flatMap(({ endpoints = [] }) => endpoints)
    .find(({ addresses, targetRef }) => addresses.includes(ip) && targetRef?.kind === 'Pod')
  return found && { pod: `${found.targetRef?.namespace}/${found.targetRef?.name}`, nodeName: found.nodeName ?? '' }
}

const podAt = (cut: Cut, ip: string, port: number, protocol: string): Whose | undefined => {
  const found = cut
    .list(Pod)
    .find(
      pod =>
        pod.status?.podIP === ip &&
        !isPodTerminated(pod) &&
        pod.spec?.containers
          ?.flatMap(({ ports = [] }) => ports)
          .some(one => one.containerPort === port && (one.protocol ?? 'TCP').toLowerCase() === protocol),
    )
  return found && { pod: `${found.metadata.namespace}/${found.metadata.name}`, nodeName: found.spec?.nodeName ?? '' }
}
