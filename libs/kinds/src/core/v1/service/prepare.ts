import type { Service, ServicePort, ServiceSpec } from './schema.ts'

const hasClusterIp = ({ type }: ServiceSpec): boolean => type !== 'ExternalName'
const hasNodePorts = ({ type }: ServiceSpec): boolean => type === 'NodePort' || type === 'LoadBalancer'

const samePort = (a: ServicePort, b: ServicePort): boolean =>
  a.port === b.port && (a.protocol ?? 'TCP') === (b.protocol ?? 'TCP')

/**
 * What was allocated stays when a client leaves it out, as `kubectl replace` does. Between types that have no use for it, it
 * goes.
 */
export const prepareServiceForUpdate = (next: Service, previous: Service): Service => {
  const spec = next.spec
  const before = previous.spec
  if (!spec || !before) return next
  const keepsIp = hasClusterIp(spec) && hasClusterIp(before) && !spec.clusterIP && !spec.clusterIPs
  const keepsPorts = hasNodePorts(spec) && hasNodePorts(before)
  return {
    ...next,
    spec: {
      ...spec,
      ...(keepsIp && { clusterIP: before.clusterIP, clusterIPs: before.clusterIPs }),
      ...(keepsPorts && {
        ports: (spec.ports ?? []).map(port => {
          const known = port.nodePort ? undefined : before.ports?.find(other => samePort(other, port))?.nodePort
          return known ? { ...port, nodePort: known } : port
        }),
      }),
    },
  }
}
