import assert from 'node:assert/strict'
import { eventOf } from '@periplus/controller'
import { Node } from '@periplus/kinds'
import { mutableCut } from '@periplus/projection'
import { wantedRoutes } from '../../src/roles/routes.ts'

const kept = ['10.244.1.0/24', '10.96.0.0/16']

interface Said {
  readonly name: string
  readonly podCIDR?: string
  readonly address?: string
}

/** The routes of node `own`, where the others are these, in the order of their age. */
const routes = (...nodes: readonly Said[]): readonly string[] => {
  const cut = mutableCut()
  cut.apply(
    [{ name: 'own', podCIDR: '10.244.1.0/24', address: '198.51.100.1' }, ...nodes].map(
      ({ name, podCIDR, address }, n) => {
        const metadata = { name, uid: name, creationTimestamp: `2026-11-29T10:00:${String(n + 10)}Z` }
        const addresses = address === undefined ? [] : [{ type: 'InternalIP', address }]
        const spec = podCIDR === undefined ? {} : { podCIDR }
        const object: Node = { apiVersion: 'v1', kind: 'Node', metadata, spec, status: { addresses } }
        return eventOf(n + 1, Node, object, 'created', 0)
      },
    ),
  )
  return wantedRoutes(cut, 'own', kept).map(({ network, via }) => `${network} via ${via}`)
}

describe('the routes to the pods of other nodes', () => {
  it('lead to each node that has a network and an address', () =>
    assert.deepEqual(
      routes(
        { name: 'two', podCIDR: '10.244.2.0/24', address: '198.51.100.2' },
        { name: 'three', address: '198.51.100.3' },
        { name: 'four', podCIDR: '10.244.4.0/24' },
        { name: 'five', podCIDR: '10.244.5.0/24', address: 'fd00::5' },
      ),
      ['10.244.2.0/24 via 198.51.100.2'],
    ))

  it('take nothing from this node, from services, or from a node that is older, whatever a node says of itself', () => {
    const address = '198.51.100.3'
    const older = { name: 'two', podCIDR: '10.244.2.0/24', address: '198.51.100.2' }
    for (const podCIDR of [
      '0.0.0.0/0',
      '10.0.0.0/8',
      '10.244.0.0/16',
      '10.244.1.0/25',
      '10.96.0.0/24',
      '10.244.2.128/25',
      'x',
    ])
      assert.deepEqual(routes(older, { name: 'a', podCIDR, address }), ['10.244.2.0/24 via 198.51.100.2'], podCIDR)
  })

  it('are written as the kernel tells of them', () =>
    assert.deepEqual(routes({ name: 'two', podCIDR: '10.244.2.7/24', address: '198.51.100.2' }), [
      '10.244.2.0/24 via 198.51.100.2',
    ]))
})
