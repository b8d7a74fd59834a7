import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { RecordedEvent } from '@periplus/log'
import { removeCluster, root, testCluster } from '../e2e/cluster.ts'
import { apiClient } from './api-client.ts'
import type { ApiClient } from './api-client.ts'
import { assertKept, assertServed, assertSound } from './audit.ts'
import { isAlive } from './cluster-processes.ts'
import { startLoad } from './load.ts'
import { allEvents } from './log-of.ts'
import { until } from './until.ts'

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

type Copy = 'apiserver' | 'controllers' | 'scheduler' | 'projector'

describe('roles in processes of their own, each twice', function () {
  this.timeout(240_000)
  const cluster = testCluster({ PERIPLUS_RUNTIME: 'hollow' })
  const running = new Map<string, ChildProcess>()
  let ports: readonly number[] = []
  let apis: readonly ApiClient[] = []
  let deployments = 0

  const start = (role: Copy, copy: number): void => {
    const child = spawn(process.execPath, [join(root, 'dist/main.js'), 'serve', role], {
      env: {
        ...process.env,
        PERIPLUS_HOME: cluster.home,
        ...(role === 'apiserver' ? { PERIPLUS_API_PORT: String(ports[copy]) } : {}),
      },
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    running.set(`${role} ${copy}`, child)
  }
  const processOf = (role: Copy, copy: number): ChildProcess => {
    const child = running.get(`${role} ${copy}`)
    assert.ok(child)
    return child
  }
  const end = async (child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill(signal)
    await once(child, 'exit')
  }
  const serves = (copy: number): Promise<boolean> =>
    until(`API server ${copy} serves`, async () => (await apis[copy]!.ask('/readyz')).status === 200)
  /** Which copy holds the role's lease; `undefined` while that is a process that is gone. */
  const leader = async (role: 'controllers' | 'scheduler', through = 0): Promise<0 | 1 | undefined> => {
    const path = `/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/periplus-${role}`
    const { body } = await apis[through]!.ask(path)
    const { holderIdentity } = body['spec'] as { holderIdentity: string }
    const pid = Number(/_(\d+)-\d+$/.exec(holderIdentity)?.[1])
    return ([0, 1] as const).find(copy => processOf(role, copy).pid === pid)
  }
  const leads = (role: 'controllers' | 'scheduler', through = 0): Promise<0 | 1> =>
    until(`one of the ${role} leads`, async () => {
      const copy = await leader(role, through)
      return copy === undefined ? undefined : { copy }
    }).then(({ copy }) => copy)

  const path = '/apis/apps/v1/namespaces/default/deployments'
  const availableOf = async (name: string, through: number): Promise<number | undefined> =>
    ((await apis[through]!.ask(`${path}/${name}`)).body['status'] as { availableReplicas?: number } | undefined)
      ?.availableReplicas
  const create = async (replicas: number, through: number): Promise<string> => {
    const name = `web${deployments++}`
    const labels = { app: name }
    const template = { metadata: { labels }, spec: { containers: [{ name: 'nginx', image: 'nginx' }] } }
    const spec = { replicas, selector: { matchLabels: labels }, template }
    const body = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name }, spec }
    const made = await apis[through]!.ask(path, { method: 'POST', body })
    assert.equal(made.status, 201, JSON.stringify(made.body))
    return name
  }
  const madePods = (events: readonly RecordedEvent[], name: string): number =>
    events.filter(({ type, ref }) => type === 'created' && ref.resource === 'pods' && ref.name.startsWith(`${name}-`))
      .length
  /** A deployment becomes available, and each of its pods was made once. */
  const deploys = async (through = 0, replicas = 5): Promise<void> => {
    const name = await create(replicas, through)
    await until(`${name} is available`, async () => (await availableOf(name, through)) === replicas)
    assert.equal(madePods(await allEvents(cluster.home), name), replicas)
  }

  before(async () => {
    const { code, stdout, stderr } = await cluster.periplus('up')
    assert.equal(code, 0, stderr + stdout)
    // In the place of the control plane that the supervisor keeps, which must not come back.
    const { supervisor = 0, 'control-plane': whole = 0 } = cluster.processes()
    process.kill(supervisor, 'SIGSTOP')
    process.kill(whole, 'SIGKILL')
    await until('the control plane in one process is gone', () => !isAlive(whole))
    ports = [await freePort(), await freePort()]
    apis = ports.map(port => apiClient(cluster.home, `https://127.0.0.1:${port}`))
    for (const copy of [0, 1]) for (const role of ['apiserver', 'controllers', 'scheduler'] as const) start(role, copy)
    start('projector', 0)
    await Promise.all([serves(0), serves(1)])
  })
  after(async () => {
    for (const child of running.values()) {
      child.kill('SIGCONT')
      await end(child, 'SIGTERM')
    }
    const { supervisor = 0 } = cluster.processes()
    if (supervisor > 0 && isAlive(supervisor)) process.kill(supervisor, 'SIGCONT')
    await removeCluster(cluster)
  })

  it('serve one state, whichever API server is asked', async () => {
    await deploys(0)
    await deploys(1)
  })

  it('one of two takes over when the other is killed', async () => {
    for (const role of ['controllers', 'scheduler'] as const) {
      const copy = await leads(role)
      await end(processOf(role, copy), 'SIGKILL')
      await until(`the other of the ${role} leads`, async () => (await leader(role)) === 1 - copy)
      await deploys()
      start(role, copy)
    }
    await end(processOf('apiserver', 0), 'SIGKILL')
    await deploys(1)
    start('apiserver', 0)
    await serves(0)
    await end(processOf('projector', 0), 'SIGKILL')
    await deploys()
    start('projector', 0)
  })

  it('a leader that stood still while the other took over writes nothing of what it was about to', async () => {
    const copy = await leads('controllers')
    const stopped = processOf('controllers', copy)
    const name = await create(400, 0)
    await until('pods are being made', async () => madePods(await allEvents(cluster.home), name) > 0)
    stopped.kill('SIGSTOP')
    await until('the other one leads', async () => (await leader('controllers')) === 1 - copy)
    stopped.kill('SIGCONT')
    await until('all pods are available', async () => (await availableOf(name, 0)) === 400)
    await deploys()
    const events = await allEvents(cluster.home)
    assertSound(events)
    assert.equal(madePods(events, name), 400)
    assert.equal(await leader('controllers'), 1 - copy)
  })

  it('are restarted one after the other, and no acknowledged write is lost', async () => {
    const loads = apis.map((api, copy) => startLoad(api, `load${copy}`))
    const acknowledged = (): number => loads.reduce((sum, load) => sum + load.acknowledged.length, 0)
    for (const role of ['apiserver', 'controllers', 'scheduler'] as const)
      for (const copy of [0, 1]) {
        await end(processOf(role, copy), 'SIGTERM')
        start(role, copy)
        if (role === 'apiserver') await serves(copy)
        const before = acknowledged()
        await until('writes go on', () => acknowledged() > before + 40)
      }
    await Promise.all(loads.map(load => load.stop()))
    assert.deepEqual(
      loads.flatMap(({ wrong }) => wrong),
      [],
    )
    const events = await allEvents(cluster.home)
    assertSound(events)
    assertKept(
      events,
      loads.flatMap(load => load.acknowledged),
    )
    for (const api of apis) await assertServed(events, api)
    await deploys(1)
    await until('Redis has what the log has', async () => (await cluster.periplus('verify')).code === 0)
  })
})
