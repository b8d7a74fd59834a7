import assert from 'node:assert/strict'
import type { Node } from '@periplus/kinds'
import { podNetworksOf } from '../src/pod-networks.ts'

const node = (podCIDR?: string): Node => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name: 'n' },
  spec: podCIDR === undefined ? {} : { podCIDR },
})

describe('the networks of all nodes’ pods', () => {
  const networks = (...others: readonly (string | undefined)[]): readonly string[] =>
    podNetworksOf(others.map(node), '10.244.7.0/24')

  it('are this node’s and those of the others that have one', () => {
    assert.deepEqual(networks(), ['10.244.7.0/24'])
    assert.deepEqual(networks('10.244.9.0/24', undefined, '10.244.0.0/24', '10.244.7.0/24'), [
      '10.244.0.0/24',
      '10.244.7.0/24',
      '10.244.9.0/24',
    ])
  })

  it('never overlap, as no set of the packet filter would take that', () =>
    assert.deepEqual(networks('10.244.0.0/16', '10.244.3.0/24', '10.245.1.0/25', '10.245.1.0/24'), [
      '10.244.0.0/16',
      '10.245.1.0/24',
    ]))

  it('are those that can be read, and of version 4', () =>
    assert.deepEqual(networks('fd00::/64', '10.244.0.0', '10.244.0.0/33', 'any } drop', '10.244.1.77/24'), [
      '10.244.1.0/24',
      '10.244.7.0/24',
    ]))
})
