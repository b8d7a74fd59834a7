import type { KubernetesObject } from '@periplus/api'
import type { Endpoint } from '@periplus/kinds'

export const namespace = (name: string): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name },
})

export const service = (name: string, spec: Readonly<Record<string, unknown>>): KubernetesObject =>
  ({ apiVersion: 'v1', kind: 'Service', metadata: { name, namespace: 'shop' }, spec }) as KubernetesObject

export const slice = (of: string, endpoints: readonly Endpoint[]): KubernetesObject =>
  ({
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: `${of}-1`, namespace: 'shop', labels: { 'kubernetes.io/service-name': of } },
    addressType: 'IPv4',
    ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
    endpoints,
  }) as KubernetesObject

const http = [{ name: 'http', port: 80, protocol: 'TCP' }]

/** A web service, a headless database of two pods with names and one that isn't ready, and names of others. */
export const shop: readonly KubernetesObject[] = [
  namespace('default'),
  namespace('shop'),
  service('web', { type: 'ClusterIP', clusterIP: '10.96.0.5', clusterIPs: ['10.96.0.5'], ports: http }),
  service('pending', { type: 'ClusterIP', ports: http }),
  service('db', { type: 'ClusterIP', clusterIP: 'None', clusterIPs: ['None'], ports: http }),
  slice('db', [
    { addresses: ['10.244.1.2'], hostname: 'db-0', conditions: { ready: true } },
    { addresses: ['10.244.1.3'], hostname: 'db-1', conditions: { ready: true } },
    { addresses: ['10.244.1.4'], hostname: 'db-2', conditions: { ready: false } },
    { addresses: ['10.244.1.5'], conditions: {} },
  ]),
  service('inside', { type: 'ExternalName', externalName: 'web.shop.svc.cluster.local' }),
  service('outside', { type: 'ExternalName', externalName: 'www.example.org' }),
  service('round', { type: 'ExternalName', externalName: 'round.shop.svc.cluster.local' }),
]
