import { withoutUndefined } from '../../../describe/without-undefined.ts'
import type { Service, ServicePort, ServiceSpec } from './schema.ts'

const portDefaults = (port: ServicePort): ServicePort =>
  port.targetPort === undefined || port.targetPort === 0 || port.targetPort === ''
    ? { ...port, targetPort: port.port }
    : port

/** Defaults that depend on other fields. Cluster addresses and their families are allocated by the write path, not here. */
export const serviceDefaults = (service: Service): Service => {
  if (!service.spec) return service
  const spec: ServiceSpec = { ...service.spec, type: service.spec.type || 'ClusterIP' }
  const external =
    spec.type === 'NodePort' ||
    spec.type === 'LoadBalancer' ||
    (spec.type === 'ClusterIP' && (spec.externalIPs?.length ?? 0) > 0)
  return {
    ...withModes(service, spec.type),
    spec: withoutUndefined({
      ...spec,
      ...(spec.ports && { ports: spec.ports.map(portDefaults) }),
      ...(spec.clusterIP && !spec.clusterIPs && { clusterIPs: [spec.clusterIP] }),
      ...(spec.sessionAffinity === 'None' && { sessionAffinityConfig: undefined }),
      ...(spec.sessionAffinity === 'ClientIP' && {
        sessionAffinityConfig:
          spec.sessionAffinityConfig?.clientIP?.timeoutSeconds === undefined
            ? { clientIP: { timeoutSeconds: 10800 } }
            : spec.sessionAffinityConfig,
      }),
      ...(spec.type !== 'ExternalName' && { internalTrafficPolicy: spec.internalTrafficPolicy ?? 'Cluster' }),
      ...(external && { externalTrafficPolicy: spec.externalTrafficPolicy || 'Cluster' }),
      ...(spec.type === 'LoadBalancer' && {
        allocateLoadBalancerNodePorts: spec.allocateLoadBalancerNodePorts ?? true,
      }),
    }),
  }
}

/** Traffic for an address of a load balancer comes to the node as it is, where nothing else is said. */
const withModes = (service: Service, type: string | undefined): Service => {
  const points = service.status?.loadBalancer?.ingress ?? []
  if (type !== 'LoadBalancer' || points.every(({ ip, ipMode }) => !ip || ipMode !== undefined)) return service
  const ingress = points.map(point => (point.ip ? { ...point, ipMode: point.ipMode ?? 'VIP' } : point))
  return { ...service, status: { ...service.status, loadBalancer: { ...service.status?.loadBalancer, ingress } } }
}
