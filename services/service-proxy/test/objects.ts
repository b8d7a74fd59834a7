import type { Endpoint, EndpointSlice, Service } from '@periplus/kinds'
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
