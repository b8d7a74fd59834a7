import { ObjectMeta, schema } from '@periplus/api'
import type { TypeOf } from '@periplus/api'
import { Condition } from '../../../apimachinery/meta/v1/condition.ts'
import { typeMeta } from '../../../describe/type-meta.ts'

const { boolean, int32, intOrString, list, map, optional, required, string, struct } = schema
const pkg = 'io.k8s.api.core.v1'

export const ClientIPConfig = struct(`${pkg}.ClientIPConfig`, {
  timeoutSeconds: optional(1, int32, { default: 10800 }),
})
export interface ClientIPConfig extends TypeOf<typeof ClientIPConfig> {}

export const PortStatus = struct(`${pkg}.PortStatus`, {
  error: optional(3, string),
  port: required(1, int32),
  protocol: required(2, string),
})
export interface PortStatus extends TypeOf<typeof PortStatus> {}

export const LoadBalancerIngress = struct(`${pkg}.LoadBalancerIngress`, {
  hostname: optional(2, string),
  ip: optional(1, string),
  ipMode: optional(3, string),
  ports: optional(4, list(PortStatus), { listType: 'atomic' }),
})
export interface LoadBalancerIngress extends TypeOf<typeof LoadBalancerIngress> {}

export const LoadBalancerStatus = struct(`${pkg}.LoadBalancerStatus`, {
  ingress: optional(1, list(LoadBalancerIngress), { listType: 'atomic' }),
})
export interface LoadBalancerStatus extends TypeOf<typeof LoadBalancerStatus> {}

export const ServicePort = struct(
  `${pkg}.ServicePort`,
  {
    appProtocol: optional(6, string),
    name: optional(1, string, { doc: 'Needed where there are several.' }),
    nodePort: optional(5, int32, { doc: 'Port on every node that leads here.' }),
    port: required(3, int32, { doc: 'The port that it answers on.' }),
    protocol: optional(2, string, { default: 'TCP', doc: 'TCP, UDP or SCTP.' }),
    targetPort: optional(4, intOrString, {
      doc: 'Number or name of the port of the pods; the same as port where nothing is said.',
    }),
  },
  { doc: 'A port of a service.' },
)
export interface ServicePort extends TypeOf<typeof ServicePort> {}

export const SessionAffinityConfig = struct(`${pkg}.SessionAffinityConfig`, {
  clientIP: optional(1, ClientIPConfig),
})
export interface SessionAffinityConfig extends TypeOf<typeof SessionAffinityConfig> {}

export const ServiceSpec = struct(
  `${pkg}.ServiceSpec`,
  {
    allocateLoadBalancerNodePorts: optional(20, boolean),
    clusterIP: optional(3, string, {
      doc: 'Its address inside the cluster; None: its name leads straight to the pods.',
    }),
    clusterIPs: optional(18, list(string), { listType: 'atomic', doc: 'Its addresses inside the cluster.' }),
    externalIPs: optional(5, list(string), { listType: 'atomic', doc: 'Addresses of nodes at which it answers too.' }),
    externalName: optional(10, string, { doc: 'For type ExternalName: the name that it stands for.' }),
    externalTrafficPolicy: optional(11, string, {
      doc: 'Cluster, or Local: only to pods on the node where the traffic came in.',
    }),
    healthCheckNodePort: optional(12, int32),
    internalTrafficPolicy: optional(22, string, { doc: 'Cluster, or Local: only to pods on the same node.' }),
    ipFamilies: optional(19, list(string), { listType: 'atomic' }),
    ipFamilyPolicy: optional(17, string),
    loadBalancerClass: optional(21, string),
    loadBalancerIP: optional(8, string),
    loadBalancerSourceRanges: optional(9, list(string), { listType: 'atomic' }),
    ports: optional(1, list(ServicePort), {
      listType: 'map',
      keys: ['port', 'protocol'],
      mergeKey: 'port',
      patch: 'merge',
      doc: 'Ports that it answers on.',
    }),
    publishNotReadyAddresses: optional(13, boolean, { doc: 'Whether it leads to pods that are not ready too.' }),
    selector: optional(2, map(string), { mapType: 'atomic', doc: 'Labels of the pods that it leads to.' }),
    sessionAffinity: optional(7, string, {
      default: 'None',
      doc: 'None, or ClientIP: one client always reaches the same pod.',
    }),
    sessionAffinityConfig: optional(14, SessionAffinityConfig),
    trafficDistribution: optional(23, string),
    type: optional(4, string, { default: 'ClusterIP', doc: 'ClusterIP, NodePort, LoadBalancer or ExternalName.' }),
  },
  { doc: 'Which pods a service leads to, and from where.' },
)
export interface ServiceSpec extends TypeOf<typeof ServiceSpec> {}

export const ServiceStatus = struct(`${pkg}.ServiceStatus`, {
  conditions: optional(2, list(Condition), { listType: 'map', keys: ['type'], mergeKey: 'type', patch: 'merge' }),
  loadBalancer: optional(1, LoadBalancerStatus),
})
export interface ServiceStatus extends TypeOf<typeof ServiceStatus> {}

export const ServiceSchema = struct(
  `${pkg}.Service`,
  {
    ...typeMeta,
    metadata: optional(1, ObjectMeta),
    spec: optional(2, ServiceSpec, { doc: 'Which pods, and at which address.' }),
    status: optional(3, ServiceStatus, { doc: 'Where a load balancer answers.' }),
  },
  { doc: 'One stable address for a changing set of pods.' },
)
export interface Service extends TypeOf<typeof ServiceSchema> {}
