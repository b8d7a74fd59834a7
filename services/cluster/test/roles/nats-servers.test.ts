import assert from 'node:assert/strict'
import { natsServerAnnotation, natsServerClaim, natsServerOfNode } from '../../src/roles/nats-servers.ts'

const password = 'p0123456789abcdef'
const server = { name: 'two', address: '192.0.2.2', port: 14_222, routePort: 16_222 }
const found = (claim: string, name = 'two') => natsServerOfNode(name, { [natsServerAnnotation]: claim }, password)

describe("a node's word of where its NATS is", () => {
  const claim = natsServerClaim(server, password)
  const changed = (changes: object): string => JSON.stringify({ ...(JSON.parse(claim) as object), ...changes })

  it('is taken where its host knows what hosts with a control plane know', () => {
    assert.deepEqual(found(claim), server)
    assert.doesNotMatch(claim, new RegExp(password))
  })

  it('is not taken otherwise: that host would be told the password of the servers', () => {
    const { name: _, ...place } = server
    for (const forged of [
      JSON.stringify(place),
      natsServerClaim(server, 'another'),
      changed({ address: '192.0.2.66' }),
      changed({ routePort: 1 }),
      changed({ proof: '' }),
      changed({ proof: 7 }),
      'null',
      '{',
      '',
    ])
      assert.equal(found(forged), undefined, forged)
    assert.equal(found(claim, 'three'), undefined, "another node's")
    assert.equal(natsServerOfNode('two', undefined, password), undefined)
  })
})
