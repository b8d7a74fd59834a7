import assert from 'node:assert/strict'
import { E } from '@periplus/prelude'
import { memoryDataplane, nftablesDataplane } from '../src/index.ts'
import type { Dataplane, Ruleset } from '../src/index.ts'
import { dataplaneContract, openNamespace } from '../src/contract.ts'
import type { Namespace } from '../src/contract.ts'

const memory = memoryDataplane()
dataplaneContract('in memory', () => memory)

describe('nftables', () => {
  let namespace: Namespace
  const open = (): Dataplane => nftablesDataplane({ table: 'test-1', prefix: namespace.prefix })

  before(async () => (namespace = await openNamespace()))
  after(() => namespace.close())

  dataplaneContract('of the kernel', open)

  const clients = (verdict: string): Ruleset => ({
    chains: new Map([['here', { rules: [verdict] }]]),
    sets: new Map([['clients', { kind: 'set', type: 'ipv4_addr', options: 'flags dynamic,timeout; timeout 60s;' }]]),
  })

  it('leaves what rules have filled in to who takes over', async () => {
    await open().apply(clients('accept'))
    namespace.run('nft', 'add element ip test-1 clients { 10.0.0.7 }')
    assert.ok(E.isRight(await open().apply(clients('drop'))))
    const listed = namespace.run('nft', 'list table ip test-1')
    assert.match(listed, /10\.0\.0\.7/)
    assert.match(listed, /drop/)
    assert.doesNotMatch(listed, /accept/)
  })

  it('takes nothing of what it refuses, and all of the next that it can use', async () => {
    const dataplane = open()
    await dataplane.apply(clients('accept'))
    const refused = await dataplane.apply({ ...clients('drop'), chains: new Map([['x', { rules: ['jump nowhere'] }]]) })
    assert.ok(E.isLeft(refused))
    assert.equal(refused.left.tag, 'Refused')
    assert.match(namespace.run('nft', 'list chain ip test-1 here'), /accept/)
    assert.ok(E.isRight(await dataplane.apply(clients('drop'))))
  })

  it('replaces what stands there under its names and is something else', async () => {
    await open().clear()
    namespace.run('nft', 'add table ip test-1; add set ip test-1 clients { type inet_service; }')
    assert.ok(E.isRight(await open().apply(clients('drop'))))
    assert.match(namespace.run('nft', 'list set ip test-1 clients'), /type ipv4_addr/)
  })

  it('finds out that others have removed everything', async () => {
    const dataplane = open()
    await dataplane.apply(clients('drop'))
    namespace.run('nft', 'flush ruleset')
    assert.ok(E.isRight(await dataplane.apply(clients('drop'))))
    assert.match(namespace.run('nft', 'list chain ip test-1 here'), /drop/)
  })

  it('says where there is none', async () => {
    const missing = await nftablesDataplane({ table: 'x', prefix: ['env', 'PATH=/nowhere'] }).apply(clients('drop'))
    assert.ok(E.isLeft(missing))
    assert.equal(missing.left.tag, 'Impossible')
  })
})
