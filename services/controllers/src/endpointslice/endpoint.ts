import { isPodReady } from '@periplus/kinds'
import type { Stored } from '@periplus/api'
import type { Endpoint, EndpointHints, EndpointSlice, Node, Pod, Service } from '@periplus/kinds'
import { addressesOf, hostnameOf, isHeadless, targetPortOf } from '../services/selected-pods.ts'

export type SlicePort = NonNullable<EndpointSlice['ports']>[number]

/** `IPv4` or `IPv6`. */
export type AddressType = 'IPv4' | 'IPv6'

const addressTypeOf = (ip: string): AddressType => (ip.includes(':') ? 'IPv6' : 'IPv4')

/** What a pod is as an endpoint of a service; `undefined` where it has no address of that type. */
export const endpointOf = (
  pod: Stored<Pod>,
  node: Stored<Node> | undefined,
  service: Stored<Service>,
  type: AddressType,
): Endpoint | undefined => {
  const addresses = addressesOf(pod).filter(ip => addressTypeOf(ip) === type)
  if (addresses.length === 0) return undefined
  const serving = isPodReady(pod)
  const terminating = pod.metadata.deletionTimestamp !== undefined
  const ready = (service.spec?.publishNotReadyAddresses ?? false) || (serving && !terminating)
  const hostname = hostnameOf(pod, service)
  const nodeName = pod.spec?.nodeName
  const zone = node?.metadata.labels?.['topology.kubernetes.io/zone']
  const { namespace, name, uid } = pod.metadata
  const hints = ready ? hintsOf(service, zone, nodeName) : undefined
  return {
    addresses,
    conditions: { ready, serving, terminating },
    ...(hostname ? { hostname } : {}),
    targetRef: { kind: 'Pod', namespace, name, uid },
    ...(nodeName ? { nodeName } : {}),
    ...(zone ? { zone } : {}),
    ...(hints ? { hints } : {}),
  }
}

const nearby: ReadonlySet<string> = new Set(['PreferClose', 'PreferSameZone', 'PreferSameNode'])

/** From where a ready endpoint is the one to prefer. */
const hintsOf = (
  { spec }: Service,
  zone: string | undefined,
  nodeName: string | undefined,
): EndpointHints | undefined => {
  const distribution = spec?.trafficDistribution ?? ''
  if (!nearby.has(distribution)) return undefined
  const sameNode = distribution === 'PreferSameNode' && nodeName
  if (!zone && !sameNode) return undefined
  return {
    ...(zone ? { forZones: [{ name: zone }] } : {}),
    ...(sameNode ? { forNodes: [{ name: nodeName }] } : {}),
  }
}

/** The ports at which this pod answers for the service; a port that it has no name for is left out. */
export const portsOf = (pod: Pod, service: Service): readonly SlicePort[] => {
  const ports = service.spec?.ports ?? []
  if (ports.length === 0 && isHeadless(service)) return []
  return ports.flatMap(one => {
    const port = targetPortOf(pod, one)
    if (port === undefined) return []
    const { name = '', protocol = 'TCP', appProtocol } = one
    return [{ name, port, protocol, ...(appProtocol === undefined ? {} : { appProtocol }) }]
  })
}
