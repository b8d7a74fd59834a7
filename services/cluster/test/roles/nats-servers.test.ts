import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { E } from '@periplus/prelude'
import { writeCluster } from '../../src/home/cluster-file.ts'
import type { ClusterFile } from '../../src/home/cluster-file.ts'
import { homeOf } from '../../src/home/home.ts'
import { readNatsServers, writeNatsServers } from '../../src/home/nats-servers.ts'
import { natsServerAnnotation, natsServerClaim, natsServerOfNode, natsServers } from '../../src/roles/nats-servers.ts'

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

describe('where all hosts are told that the log is kept by several servers', () => {
  const told = { servers: [server, { ...server, name: 'three', address: '192.0.2.3' }], replicated: true }
  const directory = mkdtempSync(join(tmpdir(), 'periplus-servers-'))
  after(() => rmSync(directory, { recursive: true }))
  const hostWith = (name: string, more: Partial<ClusterFile> = {}) => {
    const home = homeOf(join(directory, name))
    writeCluster(home, {
      ...{ name: 'periplus', apiPort: 6443, nodeName: name, podCidr: '10.244.1.0/24', serviceCidr: '10.96.0.0/16' },
      ...{ runtime: { tag: 'hollow' }, ...more },
    })
    return home
  }

  it('a host that joined goes by it', async () => {
    const home = hostWith('two', { joined: { apiServer: 'https://192.0.2.1:6443', nats: 'tls://192.0.2.1:4222' } })
    assert.deepEqual(await natsServers(home).apply(told), E.right(undefined))
    assert.deepEqual(readNatsServers(home), told)
  })

  it('a first host does so where it has copied the log to them, and not where it is told by a backup of another cluster', async () => {
    const home = hostWith('one')
    assert.deepEqual(await natsServers(home).apply(told), E.right(undefined))
    assert.equal(readNatsServers(home), undefined)
    writeNatsServers(home, { ...told, servers: [server] })
    assert.deepEqual(await natsServers(home).apply(told), E.right(undefined))
    assert.deepEqual(readNatsServers(home), told)
  })
})
