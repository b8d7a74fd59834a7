import { BlockList, isIPv4, isIPv6 } from 'node:net'
import { Pod, Service } from '@periplus/kinds'
import type { Cut } from '@periplus/projection'

/** Where the sinks of namespaces may connect to. */
export interface ReachSettings {
  /** Networks of the cluster's pods and services. */
  readonly clusterNetworks: readonly string[]
  /** Addresses and networks of the control plane and of the machine that the router runs on. */
  readonly closed: readonly string[]
  /** Networks that are open whatever else is said. */
  readonly open: readonly string[]
}

/** The machine itself, its links, and what is no single host: no namespace's sink has any business there. */
const alwaysClosed = [
  ...['0.0.0.0/8', '127.0.0.0/8', '169.254.0.0/16', '224.0.0.0/4', '240.0.0.0/4'],
  ...['::/128', '::1/128', 'fe80::/10', 'ff00::/8', '64:ff9b::/96'],
]

/** A list of addresses and networks such as `10.0.0.0/8`; what is neither is left out. */
const networksOf = (texts: readonly string[]): BlockList => {
  const list = new BlockList()
  for (const text of texts) {
    const [address = '', bits] = text.trim().split('/')
    const family = isIPv4(address) ? 'ipv4' : isIPv6(address) ? 'ipv6' : undefined
    const prefix = bits === undefined ? (family === 'ipv4' ? 32 : 128) : Number(bits)
    if (family === undefined || !Number.isInteger(prefix) || prefix < 0 || prefix > (family === 'ipv4' ? 32 : 128))
      continue
    list.addSubnet(address, prefix, family)
  }
  return list
}

/** An IPv4 address in IPv6's clothes counts as what it is. */
const plain = (address: string): string => {
  const dotted = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
  if (dotted !== undefined) return dotted
  const hex = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/i.exec(address)
  if (!hex) return address
  const [high, low] = [parseInt(hex[1] ?? '', 16), parseInt(hex[2] ?? '', 16)]
  return `${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`
}

const within = (list: BlockList, address: string): boolean => list.check(address, isIPv4(address) ? 'ipv4' : 'ipv6')

/**
 * Whether a sink of a namespace may connect to an address. The router stands where pods do not: what it reaches is more than a
 * pod may, so by default neither the machine nor the control plane is open to it, and of the cluster's own networks only what
 * belongs to the sink's namespace.
 */
export const mayReach = ({ clusterNetworks, closed, open }: ReachSettings) => {
  const lists = {
    closed: networksOf([...alwaysClosed, ...closed]),
    open: networksOf(open),
    cluster: networksOf(clusterNetworks),
  }
  return (cut: Cut, namespace: string, given: string): boolean => {
    const address = plain(given)
    if (within(lists.open, address)) return true
    if (within(lists.closed, address)) return false
    if (!within(lists.cluster, address)) return true
    return isOfNamespace(cut, namespace, address)
  }
}

const isOfNamespace = (cut: Cut, namespace: string, address: string): boolean =>
  cut.list(Service, namespace).some(({ spec }) => spec?.clusterIPs?.includes(address) === true) ||
  cut
    .list(Pod, namespace)
    .some(({ spec, status }) => !spec?.hostNetwork && status?.podIPs?.some(({ ip }) => ip === address) === true)

const serviceName = /^([a-z0-9-]+)\.([a-z0-9-]+)\.svc(?:\.cluster\.local)?\.?$/

/** The cluster's own names, which the machine's resolver does not know. */
export const clusterName = (cut: Cut, name: string): readonly string[] | undefined => {
  const [, service, namespace] = serviceName.exec(name) ?? []
  if (service === undefined || namespace === undefined) return undefined
  const found = cut.get(Service, namespace, service)
  return (found?.spec?.clusterIPs ?? []).filter(address => address !== 'None')
}
