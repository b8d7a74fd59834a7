import { fieldError, isPortNumber, isQualifiedName } from '@periplus/api'
import type { FieldError } from '@periplus/api'
import { cidrErrors } from '../../../validation/ip-address.ts'
import { oneOf, requiredOneOf } from '../../../validation/values.ts'
import type { Service, ServiceSpec } from './schema.ts'

const { forbidden, invalid, required } = fieldError

const mostAffinitySeconds = 86400

/** How long a client stays with a pod. */
export const affinityErrors = ({ sessionAffinity, sessionAffinityConfig: config }: ServiceSpec) => {
  const path = 'spec.sessionAffinityConfig'
  const unknown = requiredOneOf('spec.sessionAffinity', sessionAffinity, ['ClientIP', 'None'])
  if (sessionAffinity === 'None')
    return config ? [forbidden(path, 'must not be set when session affinity is None')] : []
  if (sessionAffinity !== 'ClientIP') return unknown
  const told = 'when session affinity type is ClientIP'
  if (!config) return [required(path, told)]
  if (!config.clientIP) return [required(`${path}.clientIP`, told)]
  const seconds = config.clientIP.timeoutSeconds
  if (seconds === undefined) return [required(`${path}.clientIP.timeoutSeconds`, told)]
  return seconds <= 0 || seconds > mostAffinitySeconds
    ? [
        invalid(
          `${path}.clientIP.timeoutSeconds`,
          seconds,
          `must be greater than 0 and less than ${mostAffinitySeconds}`,
        ),
      ]
    : []
}

const isExternal = ({ type, externalIPs = [] }: ServiceSpec): boolean =>
  type === 'LoadBalancer' || type === 'NodePort' || (type === 'ClusterIP' && externalIPs.length > 0)

const externalErrors = (spec: ServiceSpec): readonly FieldError[] => {
  const { externalTrafficPolicy: policy, healthCheckNodePort: port, type } = spec
  const at = 'spec.externalTrafficPolicy'
  const checked = type === 'LoadBalancer' && policy === 'Local'
  return [
    ...(isExternal(spec)
      ? requiredOneOf(at, policy, ['Cluster', 'Local'])
      : policy
        ? [invalid(at, policy, 'may only be set for externally-accessible services')]
        : []),
    ...(!port
      ? []
      : checked
        ? isPortNumber(port).map(complaint => invalid('spec.healthCheckNodePort', port, complaint))
        : [
            invalid(
              'spec.healthCheckNodePort',
              port,
              "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'",
            ),
          ]),
  ]
}

const onlyForBalancers = "may only be used when `type` is 'LoadBalancer'"
const rangesAnnotation = 'service.beta.kubernetes.io/load-balancer-source-ranges'

const rangeErrors = ({ metadata, spec = {} }: Service): readonly FieldError[] => {
  const ranges = spec.loadBalancerSourceRanges ?? []
  const annotated = metadata?.annotations?.[rangesAnnotation]
  const [path, texts] =
    ranges.length > 0
      ? ['spec.LoadBalancerSourceRanges', ranges.map(text => text.trim())]
      : [
          `metadata.annotations[${rangesAnnotation}]`,
          annotated?.trim() ? annotated.split(',').map(text => text.trim()) : [],
        ]
  if (ranges.length === 0 && annotated === undefined) return []
  return [
    ...(spec.type === 'LoadBalancer' ? [] : [forbidden(path, onlyForBalancers)]),
    ...texts.flatMap((text, i) => cidrErrors(ranges.length > 0 ? `${path}[${i}]` : path, text)),
  ]
}

const balancerErrors = ({ type, allocateLoadBalancerNodePorts, loadBalancerClass }: ServiceSpec) => [
  ...(allocateLoadBalancerNodePorts !== undefined && type !== 'LoadBalancer'
    ? [forbidden('spec.allocateLoadBalancerNodePorts', onlyForBalancers)]
    : []),
  ...(loadBalancerClass === undefined
    ? []
    : type === 'LoadBalancer'
      ? isQualifiedName(loadBalancerClass).map(complaint =>
          invalid('spec.loadBalancerClass', loadBalancerClass, complaint),
        )
      : [forbidden('spec.loadBalancerClass', onlyForBalancers)]),
]

const distributions = ['PreferClose', 'PreferSameZone', 'PreferSameNode']

/** What is wrong with the ways in which traffic comes to a service. */
export const trafficErrors = (service: Service): readonly FieldError[] => {
  const { spec = {} } = service
  return [
    ...rangeErrors(service),
    ...balancerErrors(spec),
    ...externalErrors(spec),
    ...oneOf('spec.internalTrafficPolicy', spec.internalTrafficPolicy, ['Cluster', 'Local']),
    ...oneOf('spec.trafficDistribution', spec.trafficDistribution, distributions),
  ]
}
