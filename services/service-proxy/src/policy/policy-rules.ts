import { isIPv4 } from 'node:net'
import { isPort } from '@periplus/kinds'
import type { NetworkPolicy } from '@periplus/kinds'
import type { Chain, NamedSet } from '@periplus/net'
import { hashOf } from '../names-of.ts'
import { own } from '@periplus/prelude'
import type { PodChooser, PolicedPod } from './policed-pods.ts'

type IngressRule = NonNullable<NonNullable<NetworkPolicy['spec']>['ingress']>[number]
type NetworkPolicyPeer = NonNullable<IngressRule['from']>[number]
type NetworkPolicyPort = NonNullable<IngressRule['ports']>[number]

const protocols: Readonly<Record<string, string>> = { TCP: 'tcp', UDP: 'udp', SCTP: 'sctp' }

/** Into a pod, or out of it. */
export type Direction = 'in' | 'out'

/** What one policy lets through in one direction, as chains that accept it. */
export interface PolicyRules {
  /** Of the chain to jump to. */
  readonly name: string
  readonly chains: readonly (readonly [string, Chain])[]
  readonly sets: readonly (readonly [string, NamedSet])[]
}

interface Rule {
  readonly peers: readonly NetworkPolicyPeer[]
  readonly ports: readonly NetworkPolicyPort[]
}

const rulesIn = ({ spec }: NetworkPolicy, direction: Direction): readonly Rule[] =>
  direction === 'in'
    ? (spec?.ingress ?? []).map(({ from = [], ports = [] }) => ({ peers: from, ports }))
    : (spec?.egress ?? []).map(({ to = [], ports = [] }) => ({ peers: to, ports }))

/** Whether the policy says anything about this direction, be it that nothing passes. */
export const isAbout = ({ spec }: NetworkPolicy, direction: Direction): boolean => {
  const wanted = direction === 'in' ? 'Ingress' : 'Egress'
  return spec?.policyTypes?.includes(wanted) ?? (direction === 'in' || spec?.egress !== undefined)
}

/** The pods whose traffic it is about. */
export const subjectsOf = ({ metadata, spec }: NetworkPolicy, choose: PodChooser): readonly PolicedPod[] =>
  choose.inNamespace(metadata?.namespace ?? '', spec?.podSelector ?? {})

export const policyRules = (policy: NetworkPolicy, direction: Direction, choose: PodChooser): PolicyRules => {
  const { namespace = '', name = '' } = policy.metadata ?? {}
  const id = hashOf(direction, namespace, name)
  const side = direction === 'in' ? 'saddr' : 'daddr'
  const sets = new Map<string, NamedSet>()
  const chains: [string, Chain][] = []
  const statements: string[] = []
  rulesIn(policy, direction).forEach((rule, i) => {
    const ports = `q-${id}-${i}`
    const then = rule.ports.length === 0 ? 'accept' : `jump ${ports}`
    const peers = rule.peers.map(peer => peerOf(peer, namespace, choose))
    if (rule.ports.length > 0) {
      const targets = direction === 'in' ? subjectsOf(policy, choose) : peers.flatMap(({ pods }) => pods)
      const everybody = direction === 'out' && rule.peers.length === 0 ? choose.inNamespaces({}, {}) : targets
      const matches = rule.ports.map(port => portMatch(port, everybody))
      for (const { set } of matches) if (set) sets.set(...set)
      chains.push([ports, { rules: matches.flatMap(({ match }) => (match === undefined ? [] : [`${match} accept`])) }])
    }
    if (rule.peers.length === 0) statements.push(then)
    for (const peer of peers) {
      for (const set of peer.sets) sets.set(...set)
      if (peer.match !== undefined) statements.push(`${peer.match(side)} ${then}`)
    }
  })
  const chain = `p-${id}`
  return { name: chain, chains: [...chains, [chain, { rules: statements }]], sets: [...sets] }
}

interface Peer {
  /** Absent: nobody, such as an IPv6 block where there is IPv4 alone. */
  readonly match?: (side: 'saddr' | 'daddr') => string
  readonly sets: readonly (readonly [string, NamedSet])[]
  readonly pods: readonly PolicedPod[]
}

const nobody: Peer = { sets: [], pods: [] }

const peerOf = (peer: NetworkPolicyPeer, namespace: string, choose: PodChooser): Peer => {
  if (peer.ipBlock) return blockOf(peer.ipBlock.cidr, peer.ipBlock.except ?? [])
  const { podSelector = {}, namespaceSelector } = peer
  const pods = namespaceSelector
    ? choose.inNamespaces(namespaceSelector, podSelector)
    : choose.inNamespace(namespace, podSelector)
  const scope = namespaceSelector ? JSON.stringify(namespaceSelector) : namespace
  const name = `k-${hashOf(namespaceSelector ? 'all' : 'one', scope, JSON.stringify(podSelector))}`
  const elements = new Map(pods.map(({ ip }) => [ip, '']))
  return { pods, sets: [[name, { kind: 'set', type: 'ipv4_addr', elements }]], match: side => `ip ${side} @${name}` }
}

const blockOf = (cidr: string, except: readonly string[]): Peer => {
  if (!isBlock(cidr)) return nobody
  const excepted = except.filter(isBlock)
  if (excepted.length === 0) return { ...nobody, match: side => `ip ${side} ${cidr}` }
  // Of its content, which so never changes.
  const name = `b-${hashOf(...excepted)}`
  const elements = new Map(excepted.map(block => [block, '']))
  const options = 'flags interval; auto-merge;'
  return {
    pods: [],
    sets: [[name, { kind: 'set', type: 'ipv4_addr', options, elements }]],
    match: side => `ip ${side} ${cidr} ip ${side} != @${name}`,
  }
}

const isBlock = (text: string): boolean => {
  const [ip = '', bits = '', ...more] = text.split('/')
  return isIPv4(ip) && /^\d{1,2}$/.test(bits) && Number(bits) <= 32 && more.length === 0
}

interface PortMatch {
  /** Absent: no port, such as a name that no container has. */
  readonly match?: string
  readonly set?: readonly [string, NamedSet]
}

/** `targets`: the pods that a named port may be of. */
const portMatch = (
  { protocol = 'TCP', port, endPort }: NetworkPolicyPort,
  targets: readonly PolicedPod[],
): PortMatch => {
  const layer = own(protocols, protocol)
  if (layer === undefined) return {}
  if (port === undefined || port === '') return { match: `meta l4proto ${layer}` }
  if (typeof port === 'number') {
    if (!isPort(port)) return {}
    return { match: `${layer} dport ${isPort(endPort) && endPort > port ? `${port}-${endPort}` : port}` }
  }
  const places = targets.flatMap(({ ip, ports }) =>
    ports
      .filter(known => known.name === port && known.protocol === protocol && isPort(known.port))
      .map(known => `${ip} . ${known.port}`),
  )
  const unique = [...new Set(places)].sort()
  const name = `n-${hashOf(protocol, ...unique)}`
  const elements = new Map(unique.map(place => [place, '']))
  return {
    match: `meta l4proto ${layer} ip daddr . th dport @${name}`,
    set: [name, { kind: 'set', type: 'ipv4_addr . inet_service', elements }],
  }
}
