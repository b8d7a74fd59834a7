import { isIPv4 } from 'node:net'
import { isPort, targetsOf } from '@periplus/kinds'
import type { EndpointSlice, Service, ServicePort, Target, TargetPlace } from '@periplus/kinds'
import type { Chain, NamedSet } from '@periplus/net'
import { own } from '@periplus/prelude'
import { affinityOf } from '../affinity-of.ts'
import { hashOf } from '../names-of.ts'
import { masqueradeMark } from '../node-network.ts'
import type { NodeNetwork } from '../node-network.ts'

/** What one service adds to the table. */
export interface ServiceRules {
  readonly clusterIps: readonly string[]
  /** `address . protocol . port` of the service within the cluster, and what becomes of a connection to it. */
  readonly inside: readonly Way[]
  /** The same of addresses from outside, which give way to any service's inside. */
  readonly outside: readonly Way[]
  /** `protocol . port` on the node's own addresses. */
  readonly nodePorts: readonly Way[]
  /** Addresses from outside that not everybody may come from: `address . protocol . port`. */
  readonly guarded: readonly Way[]
  readonly chains: readonly (readonly [string, Chain])[]
  readonly sets: readonly (readonly [string, NamedSet])[]
  /** Addresses of endpoints on this node. */
  readonly local: readonly string[]
  /** Where clients send datagrams, and who answers. */
  readonly datagrams: readonly (readonly [where: string, ips: readonly string[]])[]
}

export interface Way {
  readonly key: string
  readonly verdict: string
  /** Nobody is there: it is refused before it gets a way. */
  readonly refused: boolean
}

const none: ServiceRules = {
  ...{ clusterIps: [], inside: [], outside: [], nodePorts: [], guarded: [], chains: [], sets: [], local: [] },
  datagrams: [],
}

/** The rules of one service; of headless ones and of names for others there are none. */
export const serviceRules = (
  service: Service,
  slices: readonly EndpointSlice[],
  network: NodeNetwork,
  place: TargetPlace,
): ServiceRules => {
  const { spec } = service
  const clusterIps = (spec?.clusterIPs ?? [spec?.clusterIP ?? '']).filter(ip => isIPv4(ip))
  if (!spec || spec.type === 'ExternalName' || clusterIps.length === 0) return none
  const parts = (spec.ports ?? []).flatMap(port => {
    const protocol = own(protocols, port.protocol ?? 'TCP')
    return protocol === undefined || !isPort(port.port)
      ? []
      : [portRules({ service, port, protocol, slices, network, place, clusterIps })]
  })
  return {
    clusterIps,
    inside: parts.flatMap(part => part.inside),
    outside: parts.flatMap(part => part.outside),
    nodePorts: parts.flatMap(part => part.nodePorts),
    guarded: parts.flatMap(part => part.guarded),
    chains: parts.flatMap(part => part.chains),
    sets: parts.flatMap(part => part.sets),
    local: [...new Set(parts.flatMap(part => part.local))],
    datagrams: parts.flatMap(part => part.datagrams),
  }
}

const protocols: Readonly<Record<string, string>> = { TCP: 'tcp', UDP: 'udp', SCTP: 'sctp' }

interface PortOf {
  readonly service: Service
  readonly port: ServicePort
  readonly protocol: string
  readonly slices: readonly EndpointSlice[]
  readonly network: NodeNetwork
  readonly place: TargetPlace
  readonly clusterIps: readonly string[]
}

const portRules = ({ service, port, protocol, slices, network, place, clusterIps }: PortOf): ServiceRules => {
  const spec = service.spec ?? {}
  const targets = targetsOf(port, slices, place)
  const id = hashOf(service.metadata?.namespace, service.metadata?.name, protocol, String(port.port), port.name)
  const affinity = affinityOf(service)
  const externals = [...(spec.externalIPs ?? []), ...ingressIps(service)].filter(ip => isIPv4(ip))
  const isOutside = externals.length > 0 || isPort(port.nodePort)
  const onlyLocal = { inside: spec.internalTrafficPolicy === 'Local', outside: spec.externalTrafficPolicy === 'Local' }
  const cluster = spread(`c-${id}`, protocol, targets.cluster, affinity)
  const local = spread(`l-${id}`, protocol, targets.local, affinity)
  const needsLocal = onlyLocal.inside || (isOutside && onlyLocal.outside)
  const needsCluster = !onlyLocal.inside || isOutside

  const inside = clusterIps.map((ip): Way => {
    const wanted = onlyLocal.inside ? targets.local : targets.cluster
    return {
      key: `${ip} . ${protocol} . ${port.port}`,
      verdict: wanted.length > 0 ? `goto ${onlyLocal.inside ? local.name : cluster.name}` : 'drop',
      // Where others have endpoints the node keeps silent, as kube-proxy does: a client tries again.
      refused: targets.cluster.length === 0,
    }
  })
  const outside = `x-${id}`
  const way = (key: string): Way => ({ key, verdict: `goto ${outside}`, refused: targets.cluster.length === 0 })
  const externalWays = externals.map(ip => way(`${ip} . ${protocol} . ${port.port}`))
  const ranges = (spec.loadBalancerSourceRanges ?? []).map(range => range.trim()).filter(isIpv4Range)
  const guards = ranges.length > 0 ? ingressIps(service).filter(ip => isIPv4(ip)) : []
  return {
    clusterIps: [],
    inside,
    outside: externalWays,
    nodePorts: isPort(port.nodePort) ? [way(`${protocol} . ${port.nodePort}`)] : [],
    guarded: guards.map(ip => ({
      key: `${ip} . ${protocol} . ${port.port}`,
      verdict: `jump g-${id}`,
      refused: false,
    })),
    chains: [
      ...(needsCluster && targets.cluster.length > 0 ? cluster.chains : []),
      ...(needsLocal && targets.local.length > 0 ? local.chains : []),
      ...(isOutside && targets.cluster.length > 0
        ? [
            [
              outside,
              { rules: outsideRules(onlyLocal.outside, targets.local.length > 0, cluster, local, network) },
            ] as const,
          ]
        : []),
      ...(guards.length > 0
        ? [[`g-${id}`, { rules: [...ranges.map(range => `ip saddr ${range} return`), 'drop'] }] as const]
        : []),
    ],
    sets: [...new Map([...cluster.sets, ...local.sets])],
    local: [...targets.cluster, ...targets.local].filter(target => target.local).map(({ ip }) => ip),
    datagrams:
      protocol === 'udp'
        ? [
            ...[...clusterIps, ...externals].map(ip => `${ip}:${port.port}`),
            ...(isPort(port.nodePort) ? [`:${port.nodePort}`] : []),
          ].map(where => [where, [...targets.cluster, ...targets.local].map(({ ip }) => ip)] as const)
        : [],
  }
}

interface Spread {
  readonly name: string
  readonly chains: readonly (readonly [string, Chain])[]
  readonly sets: readonly (readonly [string, NamedSet])[]
}

const address = ({ ip, port }: Target): string => `${ip} . ${port}`

/** Chains that send each connection to one of the targets, a client's next ones to the same where it wants that. */
const spread = (name: string, protocol: string, targets: readonly Target[], affinity: number | undefined): Spread => {
  const dnat = `meta l4proto ${protocol} dnat ip to`
  const number = `numgen random mod ${targets.length}`
  const [first] = targets
  // A packet that is at these rules while others take their place finds the old ones' map empty: the last rule knows where to go.
  if (affinity === undefined) {
    const map = targets.map((target, i) => `${i} : ${address(target)}`).join(', ')
    const rules = [
      ...(targets.length > 1 ? [`${dnat} ${number} map { ${map} }`] : []),
      ...(first ? [`${dnat} ${first.ip}:${first.port}`] : []),
    ]
    return { name, chains: [[name, { rules }]], sets: [] }
  }
  const each = targets.map(target => {
    const id = hashOf(name.slice(2), target.ip, String(target.port), String(affinity))
    return { target, chain: `e-${id}`, set: `a-${id}` }
  })
  return {
    name,
    chains: [
      ...each.map(
        ({ target, chain, set }) =>
          // A set that is full takes no more clients, who go there all the same.
          [
            chain,
            {
              rules: [
                `update @${set} { ip saddr } ${dnat} ${target.ip}:${target.port}`,
                `${dnat} ${target.ip}:${target.port}`,
              ],
            },
          ] as const,
      ),
      [
        name,
        {
          rules: [
            ...each.map(({ chain, set }) => `ip saddr @${set} goto ${chain}`),
            `${number} vmap { ${each.map(({ chain }, i) => `${i} : goto ${chain}`).join(', ')} }`,
            ...each.slice(0, 1).map(({ chain }) => `goto ${chain}`),
          ],
        },
      ],
    ],
    sets: each.map(({ set }) => [
      set,
      { kind: 'set', type: 'ipv4_addr', options: `flags dynamic,timeout; timeout ${affinity}s;` },
    ]),
  }
}

/** From outside: any endpoint, with an answer that comes back through here; or those of this node alone, which see the client. */
const outsideRules = (
  onlyLocal: boolean,
  hasLocal: boolean,
  cluster: Spread,
  local: Spread,
  { podCidr }: NodeNetwork,
): readonly string[] => {
  const mark = `meta mark set meta mark or ${masqueradeMark}`
  if (!onlyLocal) return [`${mark} goto ${cluster.name}`]
  return [
    `ip saddr ${podCidr} goto ${cluster.name}`,
    `fib saddr type local ${mark} goto ${cluster.name}`,
    hasLocal ? `goto ${local.name}` : 'drop',
  ]
}

const ingressIps = ({ spec, status }: Service): readonly string[] =>
  spec?.type === 'LoadBalancer'
    ? (status?.loadBalancer?.ingress ?? []).flatMap(({ ip, ipMode }) => (ip && ipMode !== 'Proxy' ? [ip] : []))
    : []

const isIpv4Range = (range: string): boolean => {
  const [ip = '', bits = '', ...more] = range.split('/')
  return isIPv4(ip) && /^\d{1,2}$/.test(bits) && Number(bits) <= 32 && more.length === 0
}
