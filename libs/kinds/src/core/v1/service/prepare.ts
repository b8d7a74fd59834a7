import { deepEqual } from '@periplus/api'
import { withoutUndefined } from '../../../describe/without-undefined.ts'
import type { Service, ServicePort, ServiceSpec } from './schema.ts'

const typeOf = ({ type }: ServiceSpec): string => type || 'ClusterIP'
const hasClusterIp = (spec: ServiceSpec): boolean => typeOf(spec) !== 'ExternalName'
const hasNodePorts = (spec: ServiceSpec): boolean => typeOf(spec) === 'NodePort' || typeOf(spec) === 'LoadBalancer'
const isBalanced = (spec: ServiceSpec): boolean => typeOf(spec) === 'LoadBalancer'

/** Whether nodes answer whether they have pods of the service, at a port of their own. */
export const isHealthChecked = (spec: ServiceSpec): boolean =>
  isBalanced(spec) && spec.externalTrafficPolicy === 'Local'

/** Whether traffic from outside the cluster comes to the service. */
export const isExternallyAccessible = (spec: ServiceSpec): boolean =>
  hasNodePorts(spec) || (typeOf(spec) === 'ClusterIP' && (spec.externalIPs?.length ?? 0) > 0)

/** Whether its ports get ports on the nodes where they name none. */
export const getsNodePorts = (spec: ServiceSpec): boolean =>
  typeOf(spec) === 'NodePort' || (isBalanced(spec) && (spec.allocateLoadBalancerNodePorts ?? true))

const same = (a: readonly unknown[] = [], b: readonly unknown[] = []): boolean => deepEqual(a, b)

/**
 * The old field for one address and the list agree: who writes one of them alone means both. What was allocated stays when a
 * client leaves it out, as `kubectl replace` does.
 */
const addressesOf = (spec: ServiceSpec, before: ServiceSpec): Pick<ServiceSpec, 'clusterIP' | 'clusterIPs'> => {
  const keeps = hasClusterIp(spec) && hasClusterIp(before)
  const clusterIP = keeps && !spec.clusterIP ? before.clusterIP : spec.clusterIP
  const unsaid = (spec.clusterIPs?.length ?? 0) === 0
  const clusterIPs = unsaid && (keeps || clusterIP === before.clusterIP) ? before.clusterIPs : spec.clusterIPs
  if (clusterIP === before.clusterIP || !same(before.clusterIPs, clusterIPs)) return { clusterIP, clusterIPs }
  return { clusterIP, clusterIPs: clusterIP ? [clusterIP] : undefined }
}

const nodePortsIn = (ports: readonly ServicePort[] = []): readonly number[] =>
  ports.flatMap(({ nodePort }) => (nodePort ? [nodePort] : []))

const portsOf = (spec: ServiceSpec, before: ServiceSpec): ServiceSpec['ports'] => {
  const known = nodePortsIn(before.ports)
  if (hasNodePorts(before) && getsNodePorts(before) && getsNodePorts(spec)) {
    const kept = new Set(nodePortsIn(spec.ports).filter(port => known.includes(port)))
    const byName = new Map((before.ports ?? []).map(({ name = '', nodePort }) => [name, nodePort]))
    return spec.ports?.map(port => {
      const nodePort = port.nodePort ? undefined : byName.get(port.name ?? '')
      return nodePort && !kept.has(nodePort) ? { ...port, nodePort } : port
    })
  }
  const nothingNew = nodePortsIn(spec.ports).every(port => known.includes(port))
  return hasNodePorts(before) && !hasNodePorts(spec) && nothingNew
    ? spec.ports?.map(({ nodePort: _, ...port }) => port)
    : spec.ports
}

/** Fields that the type before had a use for and this one has none go, unless the client changed them too: then they are refused. */
const dropped = (spec: ServiceSpec, before: ServiceSpec): Partial<ServiceSpec> => {
  const out: Record<string, undefined> = {}
  const drop = (field: keyof ServiceSpec): void => {
    if (deepEqual(spec[field], before[field])) out[field] = undefined
  }
  if (hasClusterIp(before) && !hasClusterIp(spec)) {
    if (spec.clusterIP === before.clusterIP && same(spec.clusterIPs, before.clusterIPs))
      Object.assign(out, { clusterIP: undefined, clusterIPs: undefined })
    drop('ipFamilies')
    drop('ipFamilyPolicy')
    drop('internalTrafficPolicy')
  }
  if (isHealthChecked(before) && !isHealthChecked(spec)) drop('healthCheckNodePort')
  if (isBalanced(before) && !isBalanced(spec)) {
    drop('allocateLoadBalancerNodePorts')
    drop('loadBalancerClass')
  }
  if (isExternallyAccessible(before) && !isExternallyAccessible(spec)) drop('externalTrafficPolicy')
  return out
}

/** What a change of a service leaves of what was there: what was allocated, and nothing that its type has no use for. */
export const prepareServiceForUpdate = (next: Service, previous: Service): Service => {
  const spec = next.spec
  const before = previous.spec
  if (!spec || !before) return next
  const kept = { ...spec, ...addressesOf(spec, before), ports: portsOf(spec, before) }
  const checked =
    isHealthChecked(before) && isHealthChecked(spec) && !spec.healthCheckNodePort
      ? { healthCheckNodePort: before.healthCheckNodePort }
      : {}
  return {
    ...next,
    spec: withoutUndefined({ ...kept, ...checked, ...dropped(kept, before) }),
    ...(isBalanced(spec) ? {} : { status: { ...next.status, loadBalancer: {} } }),
  }
}
