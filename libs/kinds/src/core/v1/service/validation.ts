import {
  fieldError,
  isDns1123Label,
  isDns1123Subdomain,
  isPortNumber,
  isQualifiedName,
  labelErrors,
} from '@periplus/api'
import type { FieldError } from '@periplus/api'
import { endpointIpErrors, ipErrors } from '../../../validation/ip-address.ts'
import { each, obeys, requiredOneOf } from '../../../validation/values.ts'
import { portReferenceErrors } from '../validation/ports.ts'
import { clusterAddressErrors } from './addresses.ts'
import { isHealthChecked } from './prepare.ts'
import type { Service, ServicePort, ServiceSpec } from './schema.ts'
import { affinityErrors, trafficErrors } from './traffic.ts'

const { duplicate, forbidden, invalid, required } = fieldError

const types = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort']
const protocols = ['SCTP', 'TCP', 'UDP']

const portErrors = (path: string, port: ServicePort, several: boolean): readonly FieldError[] => [
  ...(several && !port.name ? [required(`${path}.name`)] : []),
  ...obeys(`${path}.name`, port.name, isDns1123Label),
  ...isPortNumber(port.port).map(complaint => invalid(`${path}.port`, port.port, complaint)),
  ...requiredOneOf(`${path}.protocol`, port.protocol ?? 'TCP', protocols),
  ...(port.targetPort === undefined ? [] : portReferenceErrors(`${path}.targetPort`, port.targetPort)),
  ...(port.appProtocol === undefined
    ? []
    : isQualifiedName(port.appProtocol).map(complaint => invalid(`${path}.appProtocol`, port.appProtocol, complaint))),
]

const nodePortErrors = (
  path: string,
  nodePort: number | undefined,
  type: string | undefined,
): readonly FieldError[] => {
  // Whether the cluster has such a port, and has it free, is for the allocation of ports to say.
  if (!nodePort || type !== 'ClusterIP') return []
  return [forbidden(path, "may not be used when `type` is 'ClusterIP'")]
}

const portsErrors = (spec: ServiceSpec): readonly FieldError[] => {
  const ports = spec.ports ?? []
  const [names, numbers, nodePorts] = [new Set<string>(), new Set<string>(), new Set<string>()]
  return [
    ...(ports.length === 0 && !isHeadless(spec) && spec.type !== 'ExternalName' ? [required('spec.ports')] : []),
    ...each('spec.ports', ports, (port, at) => {
      const { name, protocol = 'TCP', nodePort } = port
      // Kubernetes shows a port as Go has it, with all that doesn't count left out.
      const shown = { Name: '', Protocol: protocol, AppProtocol: null, Port: port.port, TargetPort: 0, NodePort: 0 }
      return [
        ...portErrors(at, port, ports.length > 1),
        ...(name && !fresh(names, name) ? [duplicate(`${at}.name`, name)] : []),
        ...(fresh(numbers, `${protocol}/${port.port}`) ? [] : [duplicate(at, shown)]),
        ...nodePortErrors(`${at}.nodePort`, nodePort, spec.type),
        ...(nodePort && !fresh(nodePorts, `${protocol}/${nodePort}`) ? [duplicate(`${at}.nodePort`, nodePort)] : []),
      ]
    }),
  ]
}

/** Adds the text; `false` where it was there before. */
const fresh = (seen: Set<string>, text: string): boolean => {
  if (seen.has(text)) return false
  seen.add(text)
  return true
}

const isHeadless = ({ clusterIPs = [] }: ServiceSpec): boolean => clusterIPs.length === 1 && clusterIPs[0] === 'None'

/** A service that only stands for a name has nothing of its own. */
const externalNameErrors = ({ clusterIPs, ipFamilies, ipFamilyPolicy, externalName = '' }: ServiceSpec) => {
  const own = { clusterIPs: clusterIPs?.length, ipFamilies: ipFamilies?.length, ipFamilyPolicy }
  const name = externalName.replace(/\.$/, '')
  return [
    ...Object.entries(own)
      .filter(([, given]) => given)
      .map(([field]) => forbidden(`spec.${field}`, 'may not be set for ExternalName services')),
    ...(name ? obeys('spec.externalName', name, isDns1123Subdomain) : [required('spec.externalName')]),
  ]
}

const typeErrors = (spec: ServiceSpec): readonly FieldError[] => {
  const { type = '' } = spec
  if (type === 'ExternalName') return externalNameErrors(spec)
  return [
    ...((type === 'LoadBalancer' || type === 'NodePort') && isHeadless(spec)
      ? [invalid('spec.clusterIPs[0]', 'None', `may not be set to 'None' for ${type} services`)]
      : []),
    ...clusterAddressErrors(spec),
    ...requiredOneOf('spec.type', type, types),
  ]
}

/** What is wrong with a service. */
export const serviceErrors = (service: Service): readonly FieldError[] => {
  const { spec = {} } = service
  return [
    ...portsErrors(spec),
    ...typeErrors(spec),
    ...labelErrors(spec.selector, 'spec.selector'),
    ...affinityErrors(spec),
    ...each('spec.externalIPs', spec.externalIPs, (ip, at) => {
      const broken = ipErrors(at, ip)
      return broken.length > 0 ? broken : endpointIpErrors(at, ip)
    }),
    ...trafficErrors(service),
  ]
}

/** An address that clients know stays as long as the service has one, and so does who balances its load. */
export const serviceUpdateErrors = ({ spec }: Service, { spec: before }: Service): readonly FieldError[] => {
  const balanced = spec?.type === 'LoadBalancer' && before?.type === 'LoadBalancer'
  const moved = balanced && spec.loadBalancerClass !== before.loadBalancerClass
  return [
    ...addressUpdateErrors(spec, before),
    ...(moved ? [invalid('spec.loadBalancerClass', spec.loadBalancerClass ?? null, 'may not change once set')] : []),
    ...(spec && before && isHealthChecked(spec) && isHealthChecked(before) ? healthPortUpdateErrors(spec, before) : []),
  ]
}

/** Balancers outside ask it. */
const healthPortUpdateErrors = (spec: ServiceSpec, before: ServiceSpec): readonly FieldError[] =>
  spec.healthCheckNodePort === before.healthCheckNodePort
    ? []
    : [forbidden('spec.healthCheckNodePort', 'field is immutable')]

const addressUpdateErrors = (spec: ServiceSpec | undefined, before: ServiceSpec | undefined): readonly FieldError[] => {
  const [next, previous] = [spec?.clusterIPs?.[0] ?? spec?.clusterIP, before?.clusterIPs?.[0] ?? before?.clusterIP]
  if (spec?.type === 'ExternalName' || before?.type === 'ExternalName' || !previous || next === previous) return []
  return [invalid('spec.clusterIPs[0]', next ?? '', 'may not change once set')]
}
