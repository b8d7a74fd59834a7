import { Namespace, PriorityClass, Service } from '@periplus/kinds'
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

/** What stands in those namespaces, or beside them, from the first moment on. `serviceIp` is the API server's. */
export const initialObjects = (serviceIp: string, port: number): readonly WantedObject[] => [
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
]
