import { isIPv4, isIPv6 } from 'node:net'
import type { Answer } from 'dns-packet'
import { EndpointSlice, Service } from '@periplus/kinds'
import type { Cut } from '@periplus/projection'
import { noSuchName, recordsOrNone, ttl } from './found.ts'
import type { Found } from './found.ts'

/** An address with the name that it has besides its service's, if any, and the ports there. */
interface Host {
  readonly name: string
  readonly addresses: readonly string[]
  readonly ports: readonly HostPort[]
}

interface HostPort {
  readonly name: string
  readonly protocol: string
  readonly port: number
}

interface Asked {
  readonly cut: Cut
  readonly domain: string
  /** As the client wrote it; in the answers. */
  readonly asked: string
  readonly type: string
}

/**
 * Names below `NAMESPACE.svc`, by Kubernetes' specification of DNS: a service, one of its endpoints by host name or address, one of its
 * ports. `labels` are those in front of the namespace.
 */
export const serviceNames = (query: Asked, namespace: string, labels: readonly string[]): Found => {
  const { cut, domain, asked, type } = query
  const name = labels.at(-1) ?? ''
  const service = cut.get(Service, namespace, name)
  if (!service) return noSuchName
  const { spec } = service
  const full = `${name}.${namespace}.svc.${domain}`
  if (spec?.type === 'ExternalName') {
    const target = (spec.externalName ?? '').replace(/\.$/, '').toLowerCase()
    if (labels.length > 1 || target === '') return noSuchName
    return { tag: 'Alias', target, record: { type: 'CNAME', name: asked, ttl, data: target } }
  }
  const ofService: Host = {
    name: full,
    addresses: (spec?.clusterIPs ?? []).filter(isAddress),
    ports: (spec?.ports ?? []).map(port => ({
      ...{ name: port.name ?? '', protocol: lower(port.protocol), port: port.port },
    })),
  }
  const isHeadless = spec?.clusterIP === 'None'
  const endpoints = (): readonly Host[] => endpointsOf(cut, namespace, name, full)
  const [first = '', second = ''] = labels
  switch (labels.length) {
    case 1:
      return answer(query, isHeadless ? endpoints() : [ofService])
    case 2: {
      if (first.startsWith('_')) return recordsOrNone([])
      const host = endpoints().filter(endpoint => endpoint.name === `${first}.${full}`)
      return host.length === 0 ? noSuchName : answer(query, host)
    }
    case 3: {
      if (!first.startsWith('_') || !second.startsWith('_')) return noSuchName
      const wanted = (port: HostPort): boolean => `_${port.name}` === first && `_${port.protocol}` === second
      const hosts = (isHeadless ? endpoints() : [ofService])
        .map(host => ({ ...host, ports: host.ports.filter(wanted) }))
        .filter(({ ports }) => ports.length > 0)
      return hosts.length === 0 ? noSuchName : answer({ ...query, type }, hosts)
    }
    default:
      return noSuchName
  }
}

const lower = (protocol = 'TCP'): string => protocol.toLowerCase()

const isAddress = (ip: string): boolean => isIPv4(ip) || isIPv6(ip)

const addressRecords = (name: string, addresses: readonly string[], type?: string): readonly Answer[] =>
  addresses
    .map((data): Answer => ({ type: isIPv4(data) ? 'A' : 'AAAA', name, ttl, data }))
    .filter(record => type === undefined || type === 'ANY' || record.type === type)

const answer = ({ asked, type }: Asked, hosts: readonly Host[]): Found => {
  if (type !== 'SRV')
    return recordsOrNone(addressRecords(asked, [...new Set(hosts.flatMap(host => host.addresses))], type))
  const targets = hosts.flatMap(({ name, ports }) => ports.map(({ port }) => ({ name, port })))
  const weight = Math.max(1, Math.floor(100 / Math.max(1, targets.length)))
  return recordsOrNone(
    targets.map(({ name, port }) => ({
      type: 'SRV',
      name: asked,
      ttl,
      data: { priority: 0, weight, port, target: name },
    })),
    hosts.flatMap(({ name, addresses }) => addressRecords(name, addresses)),
  )
}

/** The name that an endpoint has below its service: its host name, or its address with dashes. */
export const endpointLabel = (hostname: string | undefined, ip: string): string =>
  hostname?.toLowerCase() || ip.replaceAll(/[.:]/g, '-')

const endpointsOf = (cut: Cut, namespace: string, service: string, full: string): readonly Host[] =>
  cut.labelled(EndpointSlice, namespace, { 'kubernetes.io/service-name': service }).flatMap(slice => {
    const ports = (slice.ports ?? []).flatMap(({ name = '', protocol, port }) =>
      port === undefined ? [] : [{ name, protocol: lower(protocol), port }],
    )
    return (slice.endpoints ?? [])
      .filter(({ conditions }) => conditions?.ready !== false)
      .flatMap(({ addresses, hostname }) => {
        const [ip = ''] = addresses
        return isAddress(ip) ? [{ name: `${endpointLabel(hostname, ip)}.${full}`, addresses: [ip], ports }] : []
      })
  })
