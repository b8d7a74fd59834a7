import assert from 'node:assert/strict'
import { cutOf, deciding } from '@periplus/controller'
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
    metadata: { ...metadata, labels: { 'kubernetes.io/service-name': 'kube-dns' } },
    addressType: 'IPv4',
    endpoints,
  }) as KubernetesObject
const at = (nodeName: string, address: string) => ({ addresses: [address], nodeName, conditions: { ready: true } })
const withNetwork = (name: string, podCIDR: string) => node(name, { spec: { podCIDR } })
const key = 'kube-system/kube-dns'
const theKey = { namespace: 'kube-system', name: 'kube-dns' }
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

  it('writes a hundred endpoints at most for a node that comes or goes, however many nodes there are', () => {
    const names = Array.from({ length: 1_230 }, (_, i) => `node-${String(i).padStart(4, '0')}`)
    const nodes = new Map<string, KubernetesObject>()
    const slices = new Map<string, EndpointSlice>([['kube-dns', first as EndpointSlice]])
    let [writes, endpoints] = [0, 0]
    const decideAgain = (): void => {
      const cut = cutOf([service('Local'), ...slices.values(), ...nodes.values()])
      const moment = { now: 0, random: () => 0 }
      for (const command of clusterDnsController.decide(cut, theKey, moment).commands) {
        if (command.verb === 'delete') {
          slices.delete(command.ref.name)
          continue
        }
        assert.ok(command.verb === 'create' || command.verb === 'update')
        const written = command.object as EndpointSlice
        writes++
        endpoints += written.endpoints?.length ?? 0
        slices.set(written.metadata?.name ?? '', written)
      }
    }
    const where = (): readonly (string | undefined)[] =>
      [...slices.values()].flatMap(each => each.endpoints?.map(({ nodeName }) => nodeName) ?? [])
    for (const [i, name] of names.entries()) {
      nodes.set(name, withNetwork(name, `10.${Math.floor(i / 250)}.${i % 250}.0/24`))
      if (i >= 1_199) decideAgain()
    }
    assert.deepEqual([...where()].sort(), names)
    assert.ok(Math.max(...[...slices.values()].map(each => each.endpoints?.length ?? 0)) <= 100)
    assert.ok(endpoints <= 100 * writes && writes <= 12 + 30 + 1, `${endpoints} endpoints in ${writes} writes`)
    const before = writes
    for (const name of names.slice(300)) nodes.delete(name)
    decideAgain()
    assert.deepEqual([...where()].sort(), names.slice(0, 300))
    decideAgain()
    assert.ok(slices.size <= 4, `${slices.size} slices`)
    assert.ok(writes - before <= 2)
  })
})
