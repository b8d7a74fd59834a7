import {
  deepEqual,
  fieldError,
  isDns1123Label,
  isDns1123Subdomain,
  isFullyQualifiedName,
  isLabelValue,
  isQualifiedName,
  labelErrors,
} from '@periplus/api'
import type { Complaints, FieldError, FieldPath } from '@periplus/api'
import { endpointIpErrors, ipErrors, ipFamilyOf } from '../../../validation/ip-address.ts'
import { each, obeys, oneOf, requiredOneOf } from '../../../validation/values.ts'
import { canonicalIpErrors, ipWarnings } from '../../../validation/ip-canonical.ts'
import type { Endpoint, EndpointHints, EndpointPort, EndpointSlice } from './schema.ts'

const { duplicate, invalid, required, tooMany } = fieldError

const most = { endpoints: 1000, addresses: 100, ports: 20000, hints: 8, topology: 16 }

const addressErrors = (list: FieldPath, at: FieldPath, address: string, type: string): readonly FieldError[] => {
  if (type === 'FQDN') return isFullyQualifiedName(address).map(complaint => invalid(at, address, complaint))
  if (type !== 'IPv4' && type !== 'IPv6') return []
  const broken = type === 'IPv6' ? canonicalIpErrors(at, address) : ipErrors(at, address)
  if (broken.length > 0) return broken
  const wrong = `IPv${ipFamilyOf(address) ?? ''}` !== type
  return [...(wrong ? [invalid(list, address, `must be an ${type} address`)] : []), ...endpointIpErrors(at, address)]
}

const named = (
  path: FieldPath,
  names: readonly { readonly name: string }[] | undefined,
  rule: (name: string) => Complaints,
) => {
  const seen = new Set<string>()
  return each(path, names, ({ name }, at) => {
    const again = seen.has(name)
    seen.add(name)
    return [
      ...(again ? [duplicate(`${at}.name`, name)] : []),
      ...rule(name).map(complaint => invalid(`${at}.name`, name, complaint)),
    ]
  })
}

const hintErrors = (path: FieldPath, { forZones = [], forNodes = [] }: EndpointHints): readonly FieldError[] => {
  if (forZones.length > most.hints) return [tooMany(`${path}.forZones`, forZones.length, most.hints)]
  const zones = named(`${path}.forZones`, forZones, isLabelValue)
  if (forNodes.length > most.hints) return [...zones, tooMany(`${path}.forNodes`, forNodes.length, most.hints)]
  return [...zones, ...named(`${path}.forNodes`, forNodes, isDns1123Subdomain)]
}

const given = (path: FieldPath, text: string | undefined, rule: (text: string) => Complaints): readonly FieldError[] =>
  text === undefined ? [] : rule(text).map(complaint => invalid(path, text, complaint))

const endpointErrors = (path: FieldPath, endpoint: Endpoint, type: string): readonly FieldError[] => {
  const { addresses, nodeName, hostname, deprecatedTopology: topology = {}, hints } = endpoint
  const list = `${path}.addresses`
  const labels = Object.keys(topology).length
  return [
    ...(addresses.length === 0 ? [required(list, 'must contain at least 1 address')] : []),
    ...(addresses.length > most.addresses ? [tooMany(list, addresses.length, most.addresses)] : []),
    ...each(list, addresses, (address, at) => addressErrors(list, at, address, type)),
    ...given(`${path}.nodeName`, nodeName, isDns1123Subdomain),
    ...(labels > most.topology ? [tooMany(`${path}.deprecatedTopology`, labels, most.topology)] : []),
    ...labelErrors(topology, `${path}.deprecatedTopology`),
    ...given(`${path}.hostname`, hostname, isDns1123Label),
    ...(hints ? hintErrors(`${path}.hints`, hints) : []),
  ]
}

const portsErrors = (path: FieldPath, ports: readonly EndpointPort[] = []): readonly FieldError[] => {
  if (ports.length > most.ports) return [tooMany(path, ports.length, most.ports)]
  const seen = new Set<string>()
  return each(path, ports, ({ name = '', protocol, appProtocol }, at) => {
    const again = seen.has(name)
    seen.add(name)
    return [
      ...obeys(`${at}.name`, name, isDns1123Label),
      ...(again ? [duplicate(`${at}.name`, name)] : []),
      ...oneOf(`${at}.protocol`, protocol, ['SCTP', 'TCP', 'UDP']),
      ...given(`${at}.appProtocol`, appProtocol, isQualifiedName),
    ]
  })
}

/** What is wrong with a slice of endpoints. Endpoints that are as they were may stay so. */
export const endpointSliceErrors = (
  { addressType, endpoints = [], ports }: EndpointSlice,
  previous?: EndpointSlice,
): readonly FieldError[] => {
  const ofEndpoints =
    endpoints.length > most.endpoints
      ? [tooMany('endpoints', endpoints.length, most.endpoints)]
      : each('endpoints', endpoints, (endpoint, at) => endpointErrors(at, endpoint, addressType))
  const isKept = ofEndpoints.length > 0 && previous !== undefined && deepEqual(previous.endpoints ?? [], endpoints)
  return [
    ...requiredOneOf('addressType', addressType, ['FQDN', 'IPv4', 'IPv6']),
    ...portsErrors('ports', ports),
    ...(isKept ? [] : ofEndpoints),
  ]
}

const controllers = ['endpointslice-controller.k8s.io', 'endpointslicemirroring-controller.k8s.io']

/** Of addresses that people write, not controllers. */
export const endpointSliceWarnings = (
  { metadata, addressType, endpoints = [] }: EndpointSlice,
  previous: EndpointSlice | undefined,
): readonly string[] => [
  ...(addressType === 'FQDN' && !previous ? ['spec.addressType: FQDN endpoints are deprecated'] : []),
  ...(controllers.includes(metadata?.labels?.['endpointslice.kubernetes.io/managed-by'] ?? '')
    ? []
    : endpoints.flatMap(({ addresses = [] }, i) =>
        addresses.flatMap((address, j) => ipWarnings(`endpoints[${i}].addresses[${j}]`, address)),
      )),
]
