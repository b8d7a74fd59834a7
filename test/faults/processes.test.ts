import assert from 'node:assert/strict'
import { removeCluster, testCluster } from '../e2e/cluster.ts'
import { isAlive, processesOf } from './cluster-processes.ts'
import { until } from './until.ts'

describe('a node without containers', function () {
  this.timeout(120_000)
  const cluster = testCluster({ PERIPLUS_RUNTIME: 'process', PERIPLUS_POD_CIDR: '10.247.0.0/24' })
  after(() => removeCluster(cluster))

  it('leaves no process behind, though it was killed together with its supervisor', async () => {
    const { code, stderr } = await cluster.periplus('up')
    assert.equal(code, 0, stderr)
    await cluster.ok('create deployment sleeper --image=busybox --replicas=2 -- sleep 86399')
    await cluster.ok('rollout status deployment/sleeper --timeout=60s')
    const all = processesOf(cluster.home)
    const { supervisor = NaN, node = NaN } = cluster.processes()
    process.kill(supervisor, 'SIGKILL')
    process.kill(node, 'SIGKILL')
    await until('both are gone', () => !isAlive(supervisor) && !isAlive(node))
    assert.ok(all.filter(isAlive).length >= 3 + 2, 'servers and pods run on')
    assert.equal((await cluster.periplus('down')).code, 0)
    assert.deepEqual(all.filter(isAlive), [])
    assert.deepEqual(processesOf(cluster.home), [])
  })
})
