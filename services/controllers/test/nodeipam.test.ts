import assert from 'node:assert/strict'
import { deciding } from '@periplus/controller'
import { Node } from '@periplus/kinds'
import { freeShare } from '../src/nodeipam/controller.ts'
import { nodeIpamController } from '../src/index.ts'
import { node } from './objects.ts'

const withNetwork = (name: string, podCIDR: string) => node(name, { spec: { podCIDR, podCIDRs: [podCIDR] } })
const given = (podCIDR: string) => ({
  verb: 'update' as const,
  kind: Node,
  object: { spec: { podCIDR, podCIDRs: [podCIDR] } },
})

describe('the nodeipam controller', () => {
  const givenNodes = deciding(nodeIpamController('10.244.0.0/16'))

  it('gives a node the lowest network that no other has', () => {
    givenNodes(node('a')).when('/a').then(given('10.244.0.0/24')).why('it is given 10.244.0.0/24 for its pods')
    givenNodes(withNetwork('a', '10.244.0.0/24'), withNetwork('c', '10.244.2.0/24'), node('b'))
      .when('/b')
      .then(given('10.244.1.0/24'))
  })

  it('leaves a node what it has', () => {
    givenNodes(withNetwork('a', '192.168.7.0/24')).when('/a').then().why('its pods have 192.168.7.0/24')
    givenNodes().when('/a').then()
  })

  it('says when none is left', () => {
    deciding(nodeIpamController('10.244.0.0/24'))(withNetwork('a', '10.244.0.0/25'), node('b'))
      .when('/b')
      .then()
      .requeuesAfter(60_000)
  })

  it('keeps off networks of other sizes, and those that it cannot read', () => {
    assert.equal(freeShare('10.244.0.0/16', ['10.244.0.0/22', '10.244.3.0/24']), '10.244.4.0/24')
    assert.equal(freeShare('10.244.0.0/16', ['10.244.0.128/30']), '10.244.1.0/24')
    assert.equal(freeShare('10.244.0.0/16', ['10.0.0.0/8']), undefined)
    assert.equal(freeShare('10.244.0.0/16', ['fd00::/64', 'nonsense', '10.244.999.0/24']), '10.244.0.0/24')
    assert.equal(freeShare('255.255.255.0/24', ['255.255.255.0/24']), undefined)
    assert.equal(freeShare('fd00::/48', []), undefined)
  })
})
