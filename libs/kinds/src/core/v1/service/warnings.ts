import { ipWarnings } from '../../../validation/ip-canonical.ts'
import { cidrWarnings } from '../warnings/addresses.ts'
import type { Service } from './schema.ts'

const oldHints = 'service.kubernetes.io/topology-aware-hints'

/** What a service says that has no effect, or will have none. */
export const serviceWarnings = ({ metadata, spec = {} }: Service): readonly string[] => {
  const { type = 'ClusterIP', clusterIP, clusterIPs = [], externalIPs = [], loadBalancerIP } = spec
  const isHeadless = clusterIP === 'None'
  const hasAddress = type !== 'ExternalName' && clusterIP !== undefined && clusterIP !== '' && !isHeadless
  const when = (applies: boolean, text: string): readonly string[] => (applies ? [text] : [])
  const ignored = isHeadless && type === 'ClusterIP'
  return [
    ...when(
      metadata?.annotations?.[oldHints] !== undefined,
      `annotation ${oldHints} is deprecated, please use service.kubernetes.io/topology-mode instead`,
    ),
    ...(hasAddress ? clusterIPs.flatMap((ip, i) => ipWarnings(`spec.clusterIPs[${i}]`, ip)) : []),
    ...when(ignored && Boolean(loadBalancerIP), 'spec.loadBalancerIP is ignored for headless services'),
    ...when(ignored && externalIPs.length > 0, 'spec.externalIPs is ignored for headless services'),
    ...when(
      ignored && (spec.sessionAffinity ?? 'None') !== 'None',
      'spec.SessionAffinity is ignored for headless services',
    ),
    ...externalIPs.flatMap((ip, i) => ipWarnings(`spec.externalIPs[${i}]`, ip)),
    ...(loadBalancerIP ? ipWarnings('spec.loadBalancerIP', loadBalancerIP) : []),
    ...(spec.loadBalancerSourceRanges ?? []).flatMap((cidr, i) =>
      cidrWarnings(`spec.loadBalancerSourceRanges[${i}]`, cidr),
    ),
    ...when(
      type === 'ExternalName' && externalIPs.length > 0,
      'spec.externalIPs is ignored when spec.type is "ExternalName"',
    ),
    ...when(
      type !== 'ExternalName' && Boolean(spec.externalName),
      'spec.externalName is ignored when spec.type is not "ExternalName"',
    ),
    ...when(
      spec.trafficDistribution === 'PreferClose',
      'spec.trafficDistribution: "PreferClose" is deprecated; use "PreferSameZone"',
    ),
  ]
}
