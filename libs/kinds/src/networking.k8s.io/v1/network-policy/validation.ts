import { fieldError, isPortName, isPortNumber, labelSelectorErrors } from '@periplus/api'
import type { FieldError, FieldPath } from '@periplus/api'
import { cidrErrors, isStrictlyWithin, parseCidr } from '../../../validation/ip-address.ts'
import { cidrWarnings } from '../../../core/v1/warnings/addresses.ts'
import { each, oneOf } from '../../../validation/values.ts'
import type { IPBlock, NetworkPolicy, NetworkPolicyPeer, NetworkPolicyPort } from './schema.ts'

const { forbidden, invalid, notSupported, required } = fieldError

const blockErrors = (path: FieldPath, { cidr, except }: IPBlock): readonly FieldError[] => {
  if (cidr === '') return [required(`${path}.cidr`)]
  const outer = parseCidr(cidr)
  if (!outer) return cidrErrors(`${path}.cidr`, cidr)
  return each(`${path}.except`, except, (text, at) => {
    const inner = parseCidr(text)
    if (!inner) return cidrErrors(at, text)
    return isStrictlyWithin(inner, outer) ? [] : [invalid(at, text, 'must be a strict subset of `cidr`')]
  })
}

const peersErrors = (path: FieldPath, peers: readonly NetworkPolicyPeer[] | undefined): readonly FieldError[] =>
  each(path, peers, ({ podSelector, namespaceSelector, ipBlock }, at) => [
    ...labelSelectorErrors(podSelector, `${at}.podSelector`),
    ...labelSelectorErrors(namespaceSelector, `${at}.namespaceSelector`),
    ...(ipBlock ? blockErrors(`${at}.ipBlock`, ipBlock) : []),
    ...(ipBlock && (podSelector || namespaceSelector)
      ? [forbidden(at, 'may not specify both ipBlock and another peer')]
      : []),
    ...(!ipBlock && !podSelector && !namespaceSelector ? [required(at, 'must specify a peer')] : []),
  ])

/** A range of ports begins with a number. */
const rangeErrors = (path: FieldPath, port: number | string | undefined, last: number): readonly FieldError[] => {
  if (port === undefined) return [invalid(path, last, 'may not be specified when `port` is not specified')]
  if (typeof port === 'string') return [invalid(path, last, 'may not be specified when `port` is non-numeric')]
  return [
    ...(last < port ? [invalid(path, port, 'must be greater than or equal to `port`')] : []),
    ...isPortNumber(last).map(complaint => invalid(path, last, complaint)),
  ]
}

const portsErrors = (path: FieldPath, ports: readonly NetworkPolicyPort[] | undefined): readonly FieldError[] =>
  each(path, ports, ({ protocol, port, endPort }, at) => {
    const complaints = port === undefined ? [] : typeof port === 'string' ? isPortName(port) : isPortNumber(port)
    return [
      ...(protocol !== undefined && !['TCP', 'UDP', 'SCTP'].includes(protocol)
        ? [notSupported(`${at}.protocol`, protocol, ['TCP', 'UDP', 'SCTP'])]
        : []),
      ...complaints.map(complaint => invalid(`${at}.port`, port, complaint)),
      ...(endPort === undefined ? [] : rangeErrors(`${at}.endPort`, port, endPort)),
    ]
  })

const policyTypes = ['Ingress', 'Egress']

/** What is wrong with a network policy. */
export const networkPolicyErrors = ({ spec = {} }: NetworkPolicy): readonly FieldError[] => [
  ...labelSelectorErrors(spec.podSelector, 'spec.podSelector'),
  ...each('spec.ingress', spec.ingress, ({ from, ports }, at) => [
    ...portsErrors(`${at}.ports`, ports),
    ...peersErrors(`${at}.from`, from),
  ]),
  ...each('spec.egress', spec.egress, ({ to, ports }, at) => [
    ...portsErrors(`${at}.ports`, ports),
    ...peersErrors(`${at}.to`, to),
  ]),
  ...((spec.policyTypes?.length ?? 0) > policyTypes.length
    ? [invalid('spec.policyTypes', spec.policyTypes, 'may not specify more than two policyTypes')]
    : each('spec.policyTypes', spec.policyTypes, (type, at) => oneOf(at, type, policyTypes))),
]

/** Of blocks of addresses that are not written as everybody writes them. */
export const networkPolicyWarnings = ({ spec }: NetworkPolicy): readonly string[] => [
  ...(spec?.ingress ?? []).flatMap(({ from }, i) => peerWarnings(`spec.ingress[${i}].from`, from)),
  ...(spec?.egress ?? []).flatMap(({ to }, i) => peerWarnings(`spec.egress[${i}].to`, to)),
]

const peerWarnings = (path: FieldPath, peers: readonly NetworkPolicyPeer[] | undefined): readonly string[] =>
  (peers ?? []).flatMap(({ ipBlock }, i) => {
    if (!ipBlock) return []
    const at = `${path}[${i}].ipBlock`
    return [
      ...cidrWarnings(`${at}.cidr`, ipBlock.cidr),
      ...(ipBlock.except ?? []).flatMap((cidr, j) => cidrWarnings(`${at}.except[${j}]`, cidr)),
    ]
  })
