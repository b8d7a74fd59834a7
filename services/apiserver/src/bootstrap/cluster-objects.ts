import { EndpointSlice, Endpoints, Namespace, PriorityClass, Service } from '@periplus/kinds'
import type { KubernetesObject } from '@periplus/api'
import type { WantedObject } from './ensure-objects.ts'

/** The namespaces that Kubernetes itself makes. */
export const initialNamespaces: readonly WantedObject[] = [
  'default',
  'kube-system',
  'kube-public',
  'kube-node-lease',
].map(name => ({ kind: Namespace, object: { apiVersion: 'v1', kind: 'Namespace', metadata: { name } } }))

const systemPriority = (name: string, value: number): WantedObject => ({
  kind: PriorityClass,
  object: {
    apiVersion: 'scheduling.k8s.io/v1',
    kind: 'PriorityClass',
    metadata: { name },
    value,
    description: 'For what the cluster or its nodes cannot do without.',
  } as KubernetesObject,
})

/** Where the API server is. */
export interface ApiPlace {
  /** Its address as a service. */
  readonly serviceIp: string
  readonly port: number
  /** Where pods reach it, which is what the service leads to; absent: nowhere. */
  readonly address?: string
}

/** What stands in those namespaces, or beside them, from the first moment on. */
export const initialObjects = ({ serviceIp, port, address }: ApiPlace): readonly WantedObject[] => [
  systemPriority('system-node-critical', 2_000_001_000),
  systemPriority('system-cluster-critical', 2_000_000_000),
  {
    kind: Service,
    object: {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: {
        name: 'kubernetes',
        namespace: 'default',
        labels: { component: 'apiserver', provider: 'kubernetes' },
      },
      spec: {
        type: 'ClusterIP',
        clusterIP: serviceIp,
        clusterIPs: [serviceIp],
        ipFamilies: ['IPv4'],
        ipFamilyPolicy: 'SingleStack',
        sessionAffinity: 'None',
        ports: [{ name: 'https', port: 443, protocol: 'TCP', targetPort: port }],
      },
    } as KubernetesObject,
  },
  ...(address === undefined ? [] : endpointsOf(address, port)),
]

const endpointsOf = (address: string, port: number): readonly WantedObject[] => [
  {
    kind: Endpoints,
    object: {
      apiVersion: 'v1',
      kind: 'Endpoints',
      metadata: {
        name: 'kubernetes',
        namespace: 'default',
        // Its slice is made here, too, so that nobody mirrors it.
        labels: { 'endpointslice.kubernetes.io/skip-mirror': 'true' },
      },
      subsets: [{ addresses: [{ ip: address }], ports: [{ name: 'https', port, protocol: 'TCP' }] }],
    } as KubernetesObject,
  },
  {
    kind: EndpointSlice,
    object: {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: {
        name: 'kubernetes',
        namespace: 'default',
        labels: { 'kubernetes.io/service-name': 'kubernetes' },
      },
      addressType: 'IPv4',
      endpoints: [{ addresses: [address], conditions: { ready: true } }],
      ports: [{ name: 'https', port, protocol: 'TCP' }],
    } as KubernetesObject,
  },
]
