import assert from 'node:assert/strict'
import { Deployment, Node, Pod, ReplicaSet } from '@periplus/kinds'
import { complaints, created } from './support/accepted.ts'

const addressed = (podIP: string | undefined, ...podIPs: readonly string[]): Pod => ({
  metadata: { name: 'web', namespace: 'default' },
  spec: { containers: [{ name: 'web', image: 'nginx' }] },
  status: { ...(podIP === undefined ? {} : { podIP }), podIPs: podIPs.map(ip => ({ ip })) },
})

describe('what older clients read in a field and others in a list', () => {
  it('is said in both of a node, the field before the list', () => {
    const networks = (spec: Node['spec']) => {
      const { podCIDR, podCIDRs } = created(Node, { metadata: { name: 'a' }, spec } as Node).spec ?? {}
      return [podCIDR, ...(podCIDRs ?? [])]
    }
    assert.deepEqual(networks({ podCIDRs: ['10.0.0.0/24', 'fd00::/64'] }), ['10.0.0.0/24', '10.0.0.0/24', 'fd00::/64'])
    assert.deepEqual(networks({ podCIDR: '10.0.0.0/24' }), ['10.0.0.0/24', '10.0.0.0/24'])
    assert.deepEqual(networks({ podCIDR: '10.0.1.0/24', podCIDRs: ['10.0.0.0/24', 'fd00::/64'] }), [
      '10.0.1.0/24',
      '10.0.1.0/24',
    ])
    assert.deepEqual(networks({}), [undefined])
  })

  it('is said in both of a pod', () => {
    const addresses = (pod: Pod) => {
      const { podIP, podIPs } = Pod.defaults?.(pod).status ?? {}
      return [podIP, ...(podIPs ?? []).map(({ ip }) => ip)]
    }
    assert.deepEqual(addresses(addressed(undefined, '10.0.0.1', 'fd00::1')), ['10.0.0.1', '10.0.0.1', 'fd00::1'])
    assert.deepEqual(addresses(addressed('10.0.0.1')), ['10.0.0.1', '10.0.0.1'])
    assert.deepEqual(addresses(addressed('10.0.0.2', '10.0.0.1')), ['10.0.0.2', '10.0.0.2'])
    assert.deepEqual(addresses(addressed(undefined)), [undefined])
  })
})

describe('counts of pods that are going', () => {
  it('are not negative', () => {
    const said = ['status.terminatingReplicas: Invalid value: -1: must be greater than or equal to 0']
    const status = { terminatingReplicas: -1 }
    const before = { metadata: { name: 'a' } }
    assert.deepEqual(complaints(ReplicaSet.validateStatusUpdate?.({ status } as ReplicaSet, before as never)), said)
    assert.deepEqual(complaints(Deployment.validateStatusUpdate?.({ status } as Deployment, before as never)), said)
  })
})
