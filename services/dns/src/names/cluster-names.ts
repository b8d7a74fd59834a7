import { BlockList, isIPv4 } from 'node:net'
import type { Answer } from 'dns-packet'
import { Namespace } from '@periplus/kinds'
import type { Cut } from '@periplus/projection'
import { noSuchName, noSuchRecord, recordsOrNone, ttl } from './found.ts'
import type { Found } from './found.ts'
import { reverseNames, reversed } from './reverse-names.ts'
import { serviceNames } from './service-names.ts'

export interface Zone {
  /** Such as `cluster.local`. */
  readonly domain: string
  /** Networks whose addresses have names here or nowhere, such as `10.96.0.0/16`. */
  readonly networks: readonly string[]
}

/** Kubernetes' specification of DNS that the names follow. */
const specification = '1.1.0'

/** What the cluster of this moment knows of a name; `name` is what the client `asked`, in small letters. */
export const clusterNames = (cut: Cut, zone: Zone, name: string, asked: string, type: string): Found => {
  const { domain } = zone
  const ip = reversed(name)
  if (ip !== undefined) {
    const found = reverseNames(cut, domain, asked, type, ip)
    return found.tag === 'NoSuchName' && !isWithin(zone, ip) ? { tag: 'NotOurs' } : found
  }
  if (name === domain) return type === 'SOA' || type === 'ANY' ? recordsOrNone([authority(zone, asked)]) : noSuchRecord
  if (!name.endsWith(`.${domain}`)) return { tag: 'NotOurs' }
  const labels = name.slice(0, -domain.length - 1).split('.')
  const branch = labels.pop()
  if (branch === 'dns-version' && labels.length === 0)
    return recordsOrNone(type === 'TXT' ? [{ type: 'TXT', name: asked, ttl, data: specification }] : [])
  if (branch !== 'svc' && branch !== 'pod') return noSuchName
  const namespace = labels.pop()
  if (namespace === undefined) return noSuchRecord
  if (!cut.get(Namespace, '', namespace)) return noSuchName
  if (labels.length === 0) return noSuchRecord
  if (branch === 'svc') return serviceNames({ cut, domain, asked, type }, namespace, labels)
  const address = labels.length === 1 ? (labels[0] ?? '').replaceAll('-', '.') : ''
  if (!isIPv4(address)) return noSuchName
  return recordsOrNone(type === 'A' || type === 'ANY' ? [{ type: 'A', name: asked, ttl, data: address }] : [])
}

/** Who answers for the zone, and how long a name's absence may be remembered. */
export const authority = ({ domain }: Zone, name = domain): Answer => ({
  type: 'SOA',
  name,
  ttl,
  data: {
    ...{ mname: `ns.dns.${domain}`, rname: `hostmaster.${domain}` },
    ...{ serial: 1, refresh: 7200, retry: 1800, expire: 86_400, minimum: ttl },
  },
})

const blocks = new WeakMap<Zone, BlockList>()

const isWithin = (zone: Zone, ip: string): boolean => {
  let list = blocks.get(zone)
  if (!list) {
    list = new BlockList()
    for (const network of zone.networks) {
      const [address = '', bits = ''] = network.split('/')
      list.addSubnet(address, Number(bits))
    }
    blocks.set(zone, list)
  }
  return list.check(ip)
}
