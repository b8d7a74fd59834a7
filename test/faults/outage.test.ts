import assert from 'node:assert/strict'
import { Redis } from 'ioredis'
import { memoryProjection, redisProjection } from '@periplus/projection'
import type { Projection } from '@periplus/projection'
import { removeCluster, testCluster } from '../e2e/cluster.ts'
import { apiClient } from './api-client.ts'
import type { Answer, ApiClient } from './api-client.ts'
import { assertKept, assertServed, assertSound, assertTold } from './audit.ts'
import { isAlive } from './cluster-processes.ts'
import { startLoad } from './load.ts'
import type { Load } from './load.ts'
import { allEvents, redisUrl, right, withLog } from './log-of.ts'
import { until } from './until.ts'
import { startWatcher } from './watcher.ts'
import type { Watcher } from './watcher.ts'

const configMaps = '/api/v1/namespaces/default/configmaps'
/** A write is answered within this, whatever the log does; milliseconds. */
const bound = 12_000

describe('what a cluster needs is gone for a while', function () {
  this.timeout(120_000)
  const cluster = testCluster({ PERIPLUS_RUNTIME: 'hollow' })
  let api: ApiClient

  /** Whatever becomes of a test, nothing of it goes on after it. */
  const running: { stop(): Promise<void> }[] = []
  const underLoad = (name: string): Load => {
    const load = startLoad(api, name)
    running.push(load)
    return load
  }
  const watching = async (): Promise<Watcher> => {
    const watcher = await startWatcher(api, configMaps)
    running.push(watcher)
    return watcher
  }
  const stopped = new Set<number>()
  const suspend = (pid: number): void => {
    process.kill(pid, 'SIGSTOP')
    stopped.add(pid)
  }
  const resume = (): void => {
    for (const pid of stopped) process.kill(pid, 'SIGCONT')
    stopped.clear()
  }
  afterEach(async () => {
    resume()
    await Promise.all(running.splice(0).map(one => one.stop()))
  })

  const pidOf = (name: string): number => {
    const pid = cluster.processes()[name] ?? NaN
    assert.ok(isAlive(pid), `${name} runs`)
    return pid
  }
  const create = (name: string): Promise<Answer> =>
    api.ask(configMaps, { method: 'POST', body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } } })
  const ageOf = ({ headers }: Answer): string | undefined => {
    const age = headers['periplus-cut-age']
    return typeof age === 'string' ? age : undefined
  }

  const writesAreRefused = async (name: string): Promise<void> => {
    const begun = performance.now()
    const { status, headers, body } = await create(name)
    assert.ok(performance.now() - begun < bound, `answered after ${Math.round(performance.now() - begun)} ms`)
    assert.equal(status, 503, JSON.stringify(body))
    assert.match(String(headers['retry-after']), /^\d+$/)
    assert.equal(body['kind'], 'Status')
    assert.equal(body['reason'], 'ServiceUnavailable')
  }
  const readsTellTheirAge = async (): Promise<void> => {
    const listed = await api.ask(configMaps)
    assert.equal(listed.status, 200)
    assert.match(ageOf(listed) ?? '', /^\d+$/)
    assert.match(
      String(listed.headers['warning']),
      /299 - "the log cannot be reached: this is the state of \d+ seconds? ago/,
    )
    const consistent = await api.ask(configMaps, { headers: { 'periplus-read': 'consistent' } })
    assert.equal(consistent.status, 503)
    assert.match(String(consistent.headers['retry-after']), /^\d+$/)
    assert.equal((await api.ask('/readyz')).status, 500)
  }
  const kubectlIsClear = async (): Promise<void> => {
    const read = await cluster.kubectl('get configmaps')
    assert.equal(read.code, 0)
    assert.match(read.stderr, /Warning: the log cannot be reached/)
    const write = await cluster.kubectl('create configmap from-kubectl')
    assert.equal(write.code, 1)
    assert.match(write.stderr, /error: failed to create configmap: .*(log|NATS|acknowledg)/, write.stderr)
  }
  const allIsWell = async (name: string): Promise<void> => {
    await until('writes are accepted again', async () => (await create(name)).status === 201)
    const listed = await api.ask(configMaps, { headers: { 'periplus-read': 'consistent' } })
    assert.equal(listed.status, 200)
    assert.equal(ageOf(listed), undefined)
    assert.equal((await cluster.kubectl('get --raw /readyz')).stdout, 'ok')
    await cluster.ok('wait --for=condition=Ready node --all --timeout=60s')
    const replicas = Number(await cluster.ok(['get', 'deployment', 'web', '-o', 'jsonpath={.spec.replicas}'])) + 1
    await cluster.ok(`scale deployment/web --replicas=${replicas}`)
    await cluster.ok('rollout status deployment/web --timeout=60s')
  }

  before(async () => {
    const { code, stdout, stderr } = await cluster.periplus('up')
    assert.equal(code, 0, stderr + stdout)
    await cluster.ok('create deployment web --image=nginx --replicas=2')
    await cluster.ok('rollout status deployment/web --timeout=60s')
    api = apiClient(cluster.home)
  })
  after(() => removeCluster(cluster))

  it('NATS stands still: writes are refused, reads say how old they are, and all resumes', async () => {
    const watcher = await watching()
    const load = underLoad('still')
    await until('writes are acknowledged', () => load.acknowledged.length > 20)
    const nats = pidOf('nats')
    suspend(nats)
    await writesAreRefused('stopped')
    await readsTellTheirAge()
    resume()
    const before = load.acknowledged.length
    await until('writes are acknowledged again', () => load.acknowledged.length > before + 20)
    await load.stop()
    await allIsWell('after-the-stop')
    assert.deepEqual(load.wrong, [])
    const events = await allEvents(cluster.home)
    assertSound(events)
    assertKept(events, load.acknowledged)
    await assertServed(events, api)
    await assertTold(events, watcher)
  })

  it('NATS is gone: writes are refused, kubectl says so, and all resumes', async () => {
    const watcher = await watching()
    const supervisor = pidOf('supervisor')
    const nats = pidOf('nats')
    // It would start NATS again at once.
    suspend(supervisor)
    process.kill(nats, 'SIGKILL')
    await until('NATS is gone', () => !isAlive(nats))
    await writesAreRefused('gone')
    await readsTellTheirAge()
    await kubectlIsClear()
    resume()
    await allIsWell('after-the-kill')
    const events = await allEvents(cluster.home)
    assertSound(events)
    await assertServed(events, api)
    await assertTold(events, watcher)
  })

  describe('Redis', () => {
    let projection: Projection
    let redis: Redis
    before(() => {
      redis = new Redis(redisUrl(cluster.home))
      redis.on('error', () => undefined)
      projection = redisProjection({ url: redisUrl(cluster.home) })
    })
    after(async () => {
      redis.disconnect()
      await projection.close()
    })

    /** Redis holds exactly what the log says, told by the digests of Redis and of the log folded anew, at one sequence. */
    const holdsTheLog = (): Promise<true> =>
      until('Redis holds what the log says', () =>
        withLog(cluster.home, async log => {
          const { applied, value } = right(await projection.contentHash())
          if (right(await log.bounds()).last !== applied) return false
          const folded = memoryProjection()
          let at = 0
          for await (const events of log.range(1, applied)) at = right(await folded.apply(at, events))
          // A heartbeat in between takes its predecessor out of the log.
          if (right(await log.bounds()).last !== applied) return false
          assert.equal(right(await folded.contentHash()).value, value)
          return true
        }),
      )

    it('flushed under load: no request loses its correctness, and the same content comes back', async () => {
      await holdsTheLog()
      const load = underLoad('flushed')
      for (let round = 0; round < 3; round++) {
        const before = load.acknowledged.length
        await redis.flushall()
        await until('writes go on', () => load.acknowledged.length > before + 30)
      }
      await load.stop()
      assert.deepEqual(load.wrong, [])
      assert.equal(load.unknown, 0)
      const events = await allEvents(cluster.home)
      assertKept(events, load.acknowledged)
      await assertServed(events, api)
      await holdsTheLog()
    })

    it('gone: nothing is refused, and it catches up when it is back', async () => {
      const supervisor = pidOf('supervisor')
      const server = pidOf('redis')
      suspend(supervisor)
      process.kill(server, 'SIGKILL')
      await until('Redis is gone', () => !isAlive(server))
      const load = underLoad('without-redis')
      await until('writes go on', () => load.acknowledged.length > 60)
      await load.stop()
      assert.deepEqual(load.wrong, [])
      assert.equal(load.unknown, 0)
      await assertServed(await allEvents(cluster.home), api)
      await cluster.ok('scale deployment/web --replicas=1')
      await cluster.ok('rollout status deployment/web --timeout=60s')
      resume()
      await until('Redis is started again', () => cluster.processes()['redis'] !== server)
      await holdsTheLog()
    })
  })
})
