import { fieldError, isDns1123Label, isDns1123Subdomain, isPortNumber, labelErrors } from '@periplus/api'
import type { FieldError } from '@periplus/api'
import { isIpAddress } from '../../../validation/ip-address.ts'
import { each, obeys, oneOf, requiredOneOf, within } from '../../../validation/values.ts'
import { portReferenceErrors } from '../validation/ports.ts'
import type { Service, ServicePort, ServiceSpec } from './schema.ts'

const { duplicate, forbidden, invalid, required } = fieldError

const types = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort']
const protocols = ['SCTP', 'TCP', 'UDP']

const portErrors = (path: string, port: ServicePort, several: boolean): readonly FieldError[] => [
  ...(several && !port.name ? [required(`${path}.name`)] : []),
  ...obeys(`${path}.name`, port.name, isDns1123Label),
  ...isPortNumber(port.port).map(complaint => invalid(`${path}.port`, port.port, complaint)),
  ...requiredOneOf(`${path}.protocol`, port.protocol ?? 'TCP', protocols),
  ...(port.targetPort === undefined ? [] : portReferenceErrors(`${path}.targetPort`, port.targetPort)),
]

const portsErrors = (spec: ServiceSpec): readonly FieldError[] => {
  const ports = spec.ports ?? []
  const headless = spec.clusterIP === 'None'
  const [names, numbers, nodePorts] = [new Set<string>(), new Set<string>(), new Set<string>()]
  const nodePortsAllowed = spec.type === 'NodePort' || spec.type === 'LoadBalancer'
  return [
    ...(ports.length === 0 && !headless && spec.type !== 'ExternalName' ? [required('spec.ports')] : []),
    ...each('spec.ports', ports, (port, at) => {
      const { name, protocol = 'TCP', nodePort } = port
      return [
        ...portErrors(at, port, ports.length > 1),
        ...(name && !fresh(names, name) ? [duplicate(`${at}.name`, name)] : []),
        ...(fresh(numbers, `${protocol}/${port.port}`) ? [] : [duplicate(at, { protocol, port: port.port })]),
        ...(nodePort && !nodePortsAllowed
          ? [forbidden(`${at}.nodePort`, `may not be used when \`type\` is '${spec.type ?? 'ClusterIP'}'`)]
          : []),
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

const addressErrors = (spec: ServiceSpec): readonly FieldError[] => {
  if (spec.type === 'ExternalName')
    return [
      ...(spec.clusterIP ? [forbidden('spec.clusterIPs[0]', "may not be set when `type` is 'ExternalName'")] : []),
      ...(spec.externalName
        ? obeys('spec.externalName', spec.externalName.replace(/\.$/, ''), isDns1123Subdomain)
        : [required('spec.externalName')]),
    ]
  if (spec.type === 'LoadBalancer' && spec.clusterIP === 'None')
    return [invalid('spec.clusterIPs[0]', 'None', "may not be set to 'None' for LoadBalancer services")]
  if (spec.type === 'NodePort' && spec.clusterIP === 'None')
    return [invalid('spec.clusterIPs[0]', 'None', "may not be set to 'None' for NodePort services")]
  return each('spec.clusterIPs', spec.clusterIPs, (ip, at) =>
    ip === 'None' || ip === '' || isIpAddress(ip)
      ? []
      : [invalid(at, ip, 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)')],
  )
}

/** What is wrong with a service. */
export const serviceErrors = ({ spec }: Service): readonly FieldError[] => {
  if (!spec) return [required('spec.ports')]
  return [
    ...portsErrors(spec),
    ...addressErrors(spec),
    ...labelErrors(spec.selector, 'spec.selector'),
    ...requiredOneOf('spec.sessionAffinity', spec.sessionAffinity ?? 'None', ['ClientIP', 'None']),
    ...within(
      'spec.sessionAffinityConfig.clientIP.timeoutSeconds',
      spec.sessionAffinityConfig?.clientIP?.timeoutSeconds,
      1,
      86400,
    ),
    ...requiredOneOf('spec.type', spec.type ?? 'ClusterIP', types),
    ...oneOf('spec.externalTrafficPolicy', spec.externalTrafficPolicy, ['Cluster', 'Local']),
    ...oneOf('spec.internalTrafficPolicy', spec.internalTrafficPolicy, ['Cluster', 'Local']),
    ...each('spec.externalIPs', spec.externalIPs, (ip, at) =>
      isIpAddress(ip) ? [] : [invalid(at, ip, 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)')],
    ),
  ]
}

/** An address that clients know stays as long as the service has one. */
export const serviceUpdateErrors = ({ spec }: Service, { spec: before }: Service): readonly FieldError[] => {
  const [next, previous] = [spec?.clusterIPs?.[0] ?? spec?.clusterIP, before?.clusterIPs?.[0] ?? before?.clusterIP]
  if (spec?.type === 'ExternalName' || before?.type === 'ExternalName' || !previous || next === previous) return []
  return [invalid('spec.clusterIPs[0]', next ?? '', 'may not change once set')]
}
