import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { RecordedEvent } from '@periplus/log'
import { freeLoopbackPort } from '@periplus/service'
import { removeCluster, root, testCluster } from '../e2e/cluster.ts'
import { apiClient } from './api-client.ts'
import type { ApiClient } from './api-client.ts'
import { assertSound } from './audit.ts'
import { isAlive } from './cluster-processes.ts'
import { allEvents } from './log-of.ts'
import { until } from './until.ts'

const leasePath = '/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/periplus-controllers'

describe('two control planes of one cluster', function () {
  this.timeout(120_000)
  const cluster = testCluster({ PERIPLUS_RUNTIME: 'hollow' })
  let second: ChildProcess
  let api: ApiClient
  let other: ApiClient
  let deployments = 0

  const startSecond = async (): Promise<void> => {
    const port = await freeLoopbackPort()
    second = spawn(process.execPath, [join(root, 'dist/main.js'), 'serve', 'control-plane'], {
      env: { ...process.env, PERIPLUS_HOME: cluster.home, PERIPLUS_API_PORT: String(port) },
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    other = apiClient(cluster.home, `https://127.0.0.1:${port}`)
    await until('the second control plane serves', async () => (await other.ask('/readyz')).status === 200)
  }
  /** The process that the lease names. */
  const leader = async (through: ApiClient): Promise<number> => {
    const { body } = await through.ask(leasePath)
    const { holderIdentity } = body['spec'] as { holderIdentity: string }
    return Number(/_(\d+)-\d+$/.exec(holderIdentity)?.[1])
  }
  const madePods = (events: readonly RecordedEvent[], deployment: string): readonly string[] =>
    events
      .filter(({ type, ref }) => type === 'created' && ref.resource === 'pods' && ref.name.startsWith(`${deployment}-`))
      .map(({ ref }) => ref.name)

  /** A deployment becomes available, and each of its pods was made once: nobody decided twice. */
  const deploys = async (through: ApiClient): Promise<void> => {
    const name = `web${deployments++}`
    const labels = { app: name }
    const template = { metadata: { labels }, spec: { containers: [{ name: 'nginx', image: 'nginx' }] } }
    const path = '/apis/apps/v1/namespaces/default/deployments'
    const made = await through.ask(path, {
      method: 'POST',
      body: {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name },
        spec: { replicas: 10, selector: { matchLabels: labels }, template },
      },
    })
    assert.equal(made.status, 201, JSON.stringify(made.body))
    await until(`${name} is available`, async () => {
      const { body } = await through.ask(`${path}/${name}`)
      return (body['status'] as { availableReplicas?: number }).availableReplicas === 10
    })
    const events = await allEvents(cluster.home)
    assertSound(events)
    assert.equal(madePods(events, name).length, 10)
    const sets = events.filter(({ type, ref }) => type === 'created' && ref.resource === 'replicasets')
    assert.equal(sets.filter(({ ref }) => ref.name.startsWith(`${name}-`)).length, 1)
  }

  before(async () => {
    const { code, stdout, stderr } = await cluster.periplus('up')
    assert.equal(code, 0, stderr + stdout)
    api = apiClient(cluster.home)
    await startSecond()
  })
  after(async () => {
    if (second.exitCode === null && second.signalCode === null) {
      second.kill('SIGTERM')
      await once(second, 'exit')
    }
    await removeCluster(cluster)
  })

  it('serve one state, and one of them decides', async () => {
    const kubeconfig = readFileSync(join(cluster.home, 'kubeconfig'), 'utf8')
    assert.equal(await leader(other), cluster.processes()['control-plane'])
    await deploys(api)
    await deploys(other)
    assert.equal(await leader(api), cluster.processes()['control-plane'])
    assert.equal(readFileSync(join(cluster.home, 'kubeconfig'), 'utf8'), kubeconfig, 'the first stays the one to ask')
  })

  it('the other takes over when the leader is killed, without waiting for the lease to expire', async () => {
    const first = cluster.processes()['control-plane'] ?? NaN
    // Its supervisor would start it again, and either might then be quicker.
    const supervisor = cluster.processes()['supervisor'] ?? NaN
    process.kill(supervisor, 'SIGSTOP')
    try {
      process.kill(first, 'SIGKILL')
      await until('the leader is gone', () => !isAlive(first))
      const begun = performance.now()
      await until('the second one leads', async () => (await leader(other)) === second.pid)
      assert.ok(performance.now() - begun < 10_000)
      await deploys(other)
    } finally {
      process.kill(supervisor, 'SIGCONT')
    }
    await until('the first is started again', async () => (await api.ask('/readyz')).status === 200)
    assert.equal(await leader(api), second.pid, 'who comes second follows')
    await deploys(api)
  })

  it('and takes over again when that one is killed, while pods are being made', async () => {
    const path = '/apis/apps/v1/namespaces/default/deployments/web0/scale'
    const scaled = await other.ask(path, { method: 'PATCH', body: { spec: { replicas: 60 } } })
    assert.equal(scaled.status, 200)
    second.kill('SIGKILL')
    await until('the first one leads', async () => (await leader(api)) === cluster.processes()['control-plane'])
    await until('all pods are there', async () => {
      const { body } = await api.ask('/apis/apps/v1/namespaces/default/deployments/web0')
      return (body['status'] as { availableReplicas?: number }).availableReplicas === 60
    })
    const events = await allEvents(cluster.home)
    assertSound(events)
    assert.equal(madePods(events, 'web0').length, 60)
  })

  it('another leads when the leader is stopped in order', async () => {
    await startSecond()
    const stopped = cluster.processes()['control-plane'] ?? NaN
    assert.equal(await leader(other), stopped)
    process.kill(stopped, 'SIGTERM')
    await until('somebody else leads', async () => {
      const pid = await leader(other)
      return pid !== stopped && isAlive(pid) && pid
    })
    assert.ok(existsSync(join(cluster.home, 'kubeconfig')))
    await deploys(other)
  })
})
