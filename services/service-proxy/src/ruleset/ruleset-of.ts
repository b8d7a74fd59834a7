import { isAnothers } from '@periplus/kinds'
import type { EndpointSlice, Service, TargetPlace } from '@periplus/kinds'
import type { Chain, NamedSet, Ruleset } from '@periplus/net'
import type { NodeNetwork } from '../node-network.ts'
import { slicesOf } from '../slices-of.ts'
import type { Datagrams } from './datagrams.ts'
import { baseChains } from './base-rules.ts'
import { serviceRules } from './service-rules.ts'
import type { ServiceRules, Way } from './service-rules.ts'

const serviceKey = 'ipv4_addr . inet_proto . inet_service : verdict'
const nodePortKey = 'inet_proto . inet_service : verdict'

/** The rules of one service, however they came to be known. */
export type RulesOfService = typeof serviceRules

/** What a node should do for the services of one moment. */
export interface NodeRules {
  readonly ruleset: Ruleset
  readonly datagrams: Datagrams
}

/** All rules of a node, from the services and slices of one moment. Where two services claim the same, the first by name has it. */
export const nodeRulesOf = (
  services: readonly Service[],
  slices: readonly EndpointSlice[],
  network: NodeNetwork,
  zone: string | undefined,
  rulesOf: RulesOfService = serviceRules,
  podNetworks: readonly string[] = [network.podCidr],
): NodeRules => {
  const place: TargetPlace = { nodeName: network.nodeName, zone }
  const slicesOfService = slicesOf(slices)
  const all = services
    .filter(service => !isAnothers(service))
    .map(service => rulesOf(service, slicesOfService(service), network, place))
  return {
    ruleset: rulesetFrom(all, network, podNetworks),
    datagrams: new Map(all.flatMap(({ datagrams }) => datagrams)),
  }
}

/** Only the packet filter's part. */
export const rulesetOf = (...from: Parameters<typeof nodeRulesOf>): Ruleset => nodeRulesOf(...from).ruleset

const rulesetFrom = (all: readonly ServiceRules[], network: NodeNetwork, podNetworks: readonly string[]): Ruleset => {
  const ways = [...all.flatMap(({ inside }) => inside), ...all.flatMap(({ outside }) => outside)]
  const nodePorts = all.flatMap(rules => rules.nodePorts)
  const hairpins = all.flatMap(({ local }) => local.map(ip => [`${ip} . ${ip}`, ''] as const))
  return {
    chains: new Map<string, Chain>([...baseChains(network), ...all.flatMap(({ chains }) => chains)]),
    sets: new Map<string, NamedSet>([
      ['cluster-ips', { kind: 'set', type: 'ipv4_addr', elements: new Map(all.flatMap(addresses)) }],
      [
        'pod-networks',
        {
          kind: 'set',
          type: 'ipv4_addr',
          options: 'flags interval;',
          elements: new Map(podNetworks.map(cidr => [cidr, ''])),
        },
      ],
      ['hairpin', { kind: 'set', type: 'ipv4_addr . ipv4_addr', elements: new Map(hairpins) }],
      ['services', { kind: 'map', type: serviceKey, elements: elementsOf(ways, open) }],
      ['refused', { kind: 'map', type: serviceKey, elements: elementsOf(ways, closed) }],
      ['node-ports', { kind: 'map', type: nodePortKey, elements: elementsOf(nodePorts, open) }],
      ['refused-node-ports', { kind: 'map', type: nodePortKey, elements: elementsOf(nodePorts, closed) }],
      [
        'guarded',
        {
          kind: 'map',
          type: serviceKey,
          elements: elementsOf(
            all.flatMap(({ guarded }) => guarded),
            open,
          ),
        },
      ],
      ...all.flatMap(({ sets }) => sets),
    ]),
  }
}

const addresses = ({ clusterIps }: ServiceRules) => clusterIps.map(ip => [ip, ''] as const)

const open = ({ refused, verdict }: Way): string | undefined => (refused ? undefined : verdict)
const closed = ({ refused }: Way): string | undefined => (refused ? 'goto refuse' : undefined)

const elementsOf = (ways: readonly Way[], verdictOf: (way: Way) => string | undefined): ReadonlyMap<string, string> => {
  const seen = new Set<string>()
  const elements = new Map<string, string>()
  for (const way of ways) {
    if (seen.has(way.key)) continue
    seen.add(way.key)
    const verdict = verdictOf(way)
    if (verdict !== undefined) elements.set(way.key, verdict)
  }
  return elements
}
