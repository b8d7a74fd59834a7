import assert from 'node:assert/strict'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { removeCluster, testCluster } from '../e2e/cluster.ts'
import { until } from './until.ts'

describe('a cluster whose start nobody waits for', () => {
  it('starts all the same', async function () {
    this.timeout(60_000)
    const cluster = testCluster({ PERIPLUS_RUNTIME: 'hollow' })
    try {
      const up = cluster.start('periplus', ['up'])
      await until('it has begun', () => existsSync(join(cluster.home, 'supervisor.json')))
      up.kill('SIGINT')
      await once(up, 'exit')
      await until('all of it runs', () => 'node' in cluster.processes())
      const { code, stdout } = await cluster.periplus('up')
      assert.equal(code, 0)
      assert.match(stdout, /^the cluster is running; node .* is Ready/m)
    } finally {
      await removeCluster(cluster)
    }
  })
})
