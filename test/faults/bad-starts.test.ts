import assert from 'node:assert/strict'
import { once } from 'node:events'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { removeCluster, testCluster } from '../e2e/cluster.ts'
import type { TestCluster } from '../e2e/cluster.ts'
import { processesOf } from './cluster-processes.ts'

describe('a start that cannot go well', function () {
  this.timeout(60_000)
  const clusters: TestCluster[] = []
  const clusterWith = (settings: Readonly<Record<string, string>>): TestCluster => {
    const cluster = testCluster({ PERIPLUS_RUNTIME: 'hollow', ...settings })
    clusters.push(cluster)
    return cluster
  }
  afterEach(async () => {
    for (const cluster of clusters.splice(0)) {
      // Settings that end every command would end this one too.
      await removeCluster(testCluster({}, cluster.home))
    }
  })

  /** One clear line, a code that says so, and nothing that runs on. */
  const isRefused = async (cluster: TestCluster, line: RegExp, command = 'up'): Promise<void> => {
    const { code, stderr } = await cluster.periplus(command)
    assert.equal(code, 1, stderr)
    assert.match(stderr, line)
    assert.equal(stderr.trimEnd().split('\n').length, 1, stderr)
    assert.deepEqual(processesOf(cluster.home), [])
    assert.match((await testCluster({}, cluster.home).periplus('status')).stdout, /the cluster is not running/)
  }

  const refused: readonly (readonly [what: string, settings: Readonly<Record<string, string>>, line: RegExp])[] = [
    [
      'a port that is none',
      { PERIPLUS_API_PORT: '70000' },
      /^periplus: PERIPLUS_API_PORT=70000: must be a port, 1 to 65535$/m,
    ],
    [
      'a runtime that is none',
      { PERIPLUS_RUNTIME: 'docker' },
      /^periplus: PERIPLUS_RUNTIME=docker: must be one of auto, /m,
    ],
    [
      'a URL that is none',
      { PERIPLUS_NATS_URL: 'localhost' },
      /^periplus: PERIPLUS_NATS_URL=localhost: must be a URL that begins with nats:\/\//m,
    ],
    ['a misspelt setting', { PERIPLUS_RUNTIM: 'hollow' }, /^periplus: PERIPLUS_RUNTIM: no such setting/m],
    ['addresses that are none', { PERIPLUS_POD_CIDR: '10.246.0.0' }, /^periplus: PERIPLUS_POD_CIDR=10\.246\.0\.0: /m],
    ['a node name that is none', { PERIPLUS_NODE_NAME: 'Node 1' }, /^periplus: PERIPLUS_NODE_NAME=Node 1: /m],
    [
      'a nats-server that is not there',
      { PERIPLUS_NATS_SERVER: '/nowhere/nats-server' },
      /^periplus: .*\/nowhere\/nats-server/m,
    ],
    [
      'a redis-server that is not there',
      { PERIPLUS_REDIS_SERVER: '/nowhere/redis-server' },
      /^periplus: .*\/nowhere\/redis-server/m,
    ],
    ['a program that is no nats-server', { PERIPLUS_NATS_SERVER: '/bin/true' }, /^periplus: .*\/bin\/true/m],
    ['a NATS that is not there', { PERIPLUS_NATS_URL: 'nats://127.0.0.1:1' }, /^periplus: .*NATS cannot be reached/m],
  ]
  for (const [what, settings, line] of refused)
    it(`${what} is refused`, async () => isRefused(clusterWith(settings), line))

  it('a port that is taken is refused', async () => {
    const squatter = createServer().listen(0, '127.0.0.1')
    await once(squatter, 'listening')
    const { port } = squatter.address() as AddressInfo
    try {
      await isRefused(
        clusterWith({ PERIPLUS_API_PORT: String(port) }),
        new RegExp(`^periplus: the API server cannot start: port ${port} on 127\\.0\\.0\\.1 is taken$`, 'm'),
      )
    } finally {
      squatter.close()
    }
  })

  for (const [what, text] of [
    ['cut off', '{"name":'],
    ['of something else', '{"kind":"Pod"}'],
    ['empty', ''],
  ] as const)
    it(`a cluster.json that is ${what} is refused, and reset helps`, async () => {
      const cluster = clusterWith({})
      writeFileSync(join(cluster.home, 'cluster.json'), text)
      await isRefused(cluster, /^periplus: .*cluster\.json is damaged .*'periplus reset' starts afresh$/m)
      assert.equal((await cluster.periplus('reset')).code, 0)
      assert.ok(!existsSync(join(cluster.home, 'cluster.json')))
    })

  it('a home that cannot be written is refused', async () => {
    const cluster = clusterWith({})
    mkdirSync(cluster.home, { recursive: true })
    writeFileSync(join(cluster.home, 'logs'), 'not a directory')
    await isRefused(cluster, /^periplus: .*logs/m)
  })
})
