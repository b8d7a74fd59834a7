import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { removeCluster, root, testCluster } from '../e2e/cluster.ts'
import { apiClient } from './api-client.ts'
import type { ApiClient } from './api-client.ts'
import { assertKept, assertServed, assertSound, assertTold } from './audit.ts'
import { isAlive, processesOf } from './cluster-processes.ts'
import { startLoad } from './load.ts'
import type { Load } from './load.ts'
import { allEvents } from './log-of.ts'
import { until } from './until.ts'
import { startWatcher } from './watcher.ts'
import type { Watcher } from './watcher.ts'

/** Acknowledged writes that show that all is going on again. */
const enough = 40

interface Pod {
  readonly metadata: { readonly name: string; readonly uid: string; readonly deletionTimestamp?: string }
  readonly status: {
    readonly phase: string
    readonly conditions?: readonly { readonly type: string; readonly status: string }[]
    readonly containerStatuses?: readonly { readonly restartCount: number }[]
  }
}

const manifest = readFileSync(join(root, 'test/fixtures/nginx-deployment.yaml'), 'utf8')
const deployment = (name: string, replicas: number): string =>
  manifest
    .replace('name: nginx-deployment', `name: ${name}`)
    .replaceAll('app: nginx', `app: ${name}`)
    .replace('replicas: 2', `replicas: ${replicas}`)
    // A first process that is told to end before it listens for signals ends when its grace does.
    .replace('    spec:\n      containers', '    spec:\n      terminationGracePeriodSeconds: 2\n      containers')

describe('a process that is killed under load', function () {
  this.timeout(180_000)
  const cluster = testCluster()
  let api: ApiClient
  let load: Load
  let watcher: Watcher
  let steady: Pod
  let loads = 0
  const running: { stop(): Promise<void> }[] = []

  const podsOf = async (app: string): Promise<readonly Pod[]> =>
    (await api.ask(`/api/v1/namespaces/default/pods?labelSelector=app%3D${app}`)).body['items'] as readonly Pod[]
  const isReady = ({ metadata, status }: Pod): boolean =>
    !metadata.deletionTimestamp &&
    status.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') === true

  const up = async (): Promise<void> => {
    const { code, stdout, stderr } = await cluster.periplus('up')
    assert.equal(code, 0, stderr + stdout)
  }
  const begin = async (): Promise<void> => {
    api = apiClient(cluster.home)
    watcher = await startWatcher(api, '/api/v1/namespaces/default/configmaps')
    load = startLoad(api, `load${loads++}`, { deployment: 'web' })
    running.push(watcher, load)
    await goesOn('at first')
  }
  const goesOn = async (when: string): Promise<void> => {
    const before = load.acknowledged.length
    await until(`writes are acknowledged ${when}`, () => load.acknowledged.length >= before + enough)
  }
  const kill = async (name: string): Promise<void> => {
    const pid = cluster.processes()[name] ?? NaN
    assert.ok(isAlive(pid), `${name} runs`)
    process.kill(pid, 'SIGKILL')
    await until(`${name} is started again`, () => {
      const now = cluster.processes()[name] ?? pid
      return now !== pid && isAlive(now)
    })
  }
  /** The load ends; then everything must become as it was asked for, by itself, with nothing lost or done twice. */
  const settle = async (): Promise<void> => {
    await load.stop()
    assert.deepEqual(load.wrong, [])
    await cluster.ok('scale deployment/web --replicas=3')
    await cluster.ok('rollout status deployment/web --timeout=60s')
    await until('three pods run and no more', async () => {
      const pods = await podsOf('web')
      return pods.length === 3 && pods.every(isReady)
    })
    await cluster.ok('wait --for=condition=Ready node --all --timeout=60s')
    const events = await allEvents(cluster.home)
    assertSound(events)
    assertKept(events, load.acknowledged)
    await assertServed(events, api)
    await assertTold(events, watcher)
    const [pod] = await podsOf('steady')
    assert.equal(pod?.metadata.uid, steady.metadata.uid)
    assert.equal(pod && isReady(pod), true)
    assert.equal(pod?.status.containerStatuses?.[0]?.restartCount, 0, 'a container that nobody touched runs on')
  }

  before(async () => {
    await up()
    await cluster.ok('create -f -', deployment('web', 2))
    await cluster.ok('create -f -', deployment('steady', 1))
    await cluster.ok('rollout status deployment/web --timeout=60s')
    await cluster.ok('rollout status deployment/steady --timeout=60s')
    api = apiClient(cluster.home)
    const [pod] = await podsOf('steady')
    assert.ok(pod)
    steady = pod
  })
  afterEach(() => Promise.all(running.splice(0).map(one => one.stop())))
  after(() => removeCluster(cluster))

  for (const name of ['nats', 'redis', 'containerd', 'control-plane', 'node'])
    it(`${name} loses nothing, twice`, async () => {
      await begin()
      await kill(name)
      await goesOn(`after ${name} was killed`)
      await kill(name)
      await goesOn(`after ${name} was killed again`)
      await settle()
      if (name === 'control-plane') assert.ok(watcher.resumed >= 2)
    })

  it('supervisor: everything runs on, and another takes over, twice', async () => {
    await begin()
    for (let round = 0; round < 2; round++) {
      const { supervisor = NaN, ...children } = cluster.processes()
      process.kill(supervisor, 'SIGKILL')
      await until('the supervisor is gone', () => !isAlive(supervisor))
      await goesOn('without a supervisor')
      for (const [name, pid] of Object.entries(children)) assert.ok(isAlive(pid), `${name} runs on`)
      assert.match((await cluster.periplus('status')).stdout, /no supervisor is running/)
      await up()
      assert.notEqual(cluster.processes()['supervisor'], supervisor)
      await goesOn('under a new supervisor')
      for (const [name, pid] of Object.entries(cluster.processes())) assert.ok(isAlive(pid), `${name} runs`)
    }
    await settle()
  })

  it('supervisor: down leaves no process of the cluster behind', async () => {
    const all = processesOf(cluster.home)
    assert.ok(all.length > 8, 'servers, services and containers')
    process.kill(cluster.processes()['supervisor'] ?? NaN, 'SIGKILL')
    const { code, stdout } = await cluster.periplus('down')
    assert.equal(code, 0)
    assert.match(stdout, /ended what it had left behind: node, control-plane, redis, nats\nthe cluster has stopped/)
    assert.deepEqual(all.filter(isAlive), [])
    assert.deepEqual(processesOf(cluster.home), [])
    assert.equal((await cluster.periplus('down')).stdout, 'the cluster is not running\n')
  })

  it('and all of it is there again', async () => {
    await up()
    await begin()
    await load.stop()
    await cluster.ok('rollout status deployment/web --timeout=60s')
    assert.equal((await podsOf('steady'))[0]?.metadata.uid, steady.metadata.uid)
    const events = await allEvents(cluster.home)
    assertSound(events)
    await assertServed(events, api)
  })
})
