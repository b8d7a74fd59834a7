import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
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

  const staying = (): readonly string[] =>
    readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8')
      .trim()
      .split(' ')
      .filter(pid => /^nft\0-i\0$/.test(readFileSync(`/proc/${pid}/cmdline`, 'utf8')))

  it('writes changes through one program that stays, through others where that is killed, and without it where it cannot be', async () => {
    const dataplane = open()
    await dataplane.apply(clients('drop'))
    const before = new Set(staying())
    for (const verdict of ['accept', 'drop', 'accept']) await dataplane.apply(clients(verdict))
    const [pid] = staying()
    assert.ok(pid)
    assert.deepEqual(new Set(staying()), before)
    for (const each of before) process.kill(Number(each), 'SIGKILL')
    assert.ok(E.isRight(await dataplane.apply(clients('drop'))))
    assert.match(namespace.run('nft', 'list chain ip test-1 here'), /drop/)

    const withoutIt = ['sh', '-c', '[ "$2" = -i ] && exit 1; exec "$@"', 'sh']
    const other = nftablesDataplane({ table: 'test-1', prefix: [...namespace.prefix, ...withoutIt] })
    assert.ok(E.isRight(await other.apply(clients('accept'))))
    assert.match(namespace.run('nft', 'list chain ip test-1 here'), /accept/)
  })

  it('says where there is none', async () => {
    const missing = await nftablesDataplane({ table: 'x', prefix: ['env', 'PATH=/nowhere'] }).apply(clients('drop'))
    assert.ok(E.isLeft(missing))
    assert.equal(missing.left.tag, 'Impossible')
  })
})
