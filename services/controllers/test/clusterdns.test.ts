import { deciding } from '@periplus/controller'
import { EndpointSlice, Service } from '@periplus/kinds'
import type { KubernetesObject } from '@periplus/api'
import { clusterDnsController } from '../src/index.ts'
import { node } from './objects.ts'

const metadata = { name: 'kube-dns', namespace: 'kube-system' }
const service = (policy: string): KubernetesObject =>
  ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata,
    spec: { clusterIP: '10.96.0.10', ports: [{ port: 53 }], internalTrafficPolicy: policy },
  }) as KubernetesObject
const slice = (...endpoints: readonly object[]): KubernetesObject =>
  ({
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata,
    addressType: 'IPv4',
    endpoints,
  }) as KubernetesObject
const at = (nodeName: string, address: string) => ({ addresses: [address], nodeName, conditions: { ready: true } })
const withNetwork = (name: string, podCIDR: string) => node(name, { spec: { podCIDR } })
const key = 'kube-system/kube-dns'
const first = slice({ addresses: ['10.244.7.1'], conditions: { ready: true } })

describe('the clusterdns controller', () => {
  const given = deciding(clusterDnsController)

  it('leaves the names of a single node as they are', () => {
    given(service('Cluster'), first, withNetwork('a', '10.244.7.0/24')).when(key).then()
  })

  it('lets each of several nodes ask itself', () => {
    const nodes = [withNetwork('b', '10.244.0.0/24'), withNetwork('a', '10.244.7.0/24'), node('c')]
    given(service('Cluster'), first, ...nodes)
      .when(key)
      .then(
        { verb: 'update', kind: EndpointSlice, object: { endpoints: [at('a', '10.244.7.1'), at('b', '10.244.0.1')] } },
        { verb: 'update', kind: Service, object: { spec: { internalTrafficPolicy: 'Local' } } },
      )
    given(service('Local'), slice(at('a', '10.244.7.1'), at('b', '10.244.0.1')), ...nodes)
      .when(key)
      .then()
  })
})
