import type { Endpoint, EndpointSlice, Namespace, NetworkPolicy, Pod, Service } from '@periplus/kinds'
import type { NodeNetwork } from '../src/index.ts'

export const network: NodeNetwork = {
  nodeName: 'here',
  podCidr: '10.244.1.0/24',
  serviceCidr: '10.96.0.0/16',
  bridge: 'pods',
  gateway: '10.244.1.1',
}

export const service = (name: string, spec: Service['spec'], more: Partial<Service> = {}): Service => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace: 'default', ...more.metadata },
  spec: { ports: [{ name: 'http', port: 80, protocol: 'TCP' }], ...spec },
  ...(more.status ? { status: more.status } : {}),
})

/** `ip` or `ip@node`, with what makes it another endpoint than a ready one. */
export const endpoint = (place: string, more: Partial<Endpoint> = {}): Endpoint => {
  const [ip = '', nodeName = 'here'] = place.split('@')
  return { addresses: [ip], nodeName, conditions: { ready: true }, ...more }
}

export const slice = (
  of: string,
  endpoints: readonly Endpoint[],
  port = { name: 'http', port: 8080, protocol: 'TCP' },
): EndpointSlice => ({
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: { name: `${of}-1`, namespace: 'default', labels: { 'kubernetes.io/service-name': of } },
  addressType: 'IPv4',
  endpoints,
  ports: [port],
})

/** A running pod of the namespace `default`, on this node. */
export const pod = (
  name: string,
  ip: string,
  more: { labels?: Record<string, string>; namespace?: string } = {},
): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: more.namespace ?? 'default', labels: { name, ...more.labels } },
  spec: {
    nodeName: 'here',
    containers: [{ name: 'c', image: 'x', ports: [{ name: 'web', containerPort: 8080, protocol: 'TCP' }] }],
  },
  status: { phase: 'Running', podIP: ip },
})

export const namespace = (name: string, labels: Record<string, string> = {}): Namespace => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name, labels: { 'kubernetes.io/metadata.name': name, ...labels } },
})

export const policy = (name: string, spec: NetworkPolicy['spec']): NetworkPolicy => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name, namespace: 'default' },
  ...(spec ? { spec } : {}),
})
