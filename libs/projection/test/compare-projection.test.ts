import assert from 'node:assert/strict'
import { E } from '@periplus/prelude'
import { memoryEventLog } from '@periplus/log'
import type { EventLog } from '@periplus/log'
import { temporaryRedis } from '@periplus/service'
import type { LocalRedis, Temporary } from '@periplus/service'
import { Redis } from 'ioredis'
import { compareProjection, redisProjection } from '../src/index.ts'

const body = (name: string): Buffer =>
  Buffer.from(JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'n' } }))

const append = async (log: EventLog, name: string): Promise<void> => {
  const appended = await log.append({
    ...{ id: `create-${name}`, type: 'created', uid: `uid-${name}`, expected: 0, previous: 0 },
    ref: { group: '', resource: 'configmaps', namespace: 'n', name },
    origin: { actor: 'user:test', component: 'test', causes: [], correlationId: 'c' },
    ...{ time: '2024-05-01T10:00:00.000Z', body: body(name) },
  })
  assert.ok(E.isRight(appended))
}

describe('compareProjection', function () {
  let redis: Temporary<LocalRedis>
  let url: string
  before(async function () {
    this.timeout(120_000)
    redis = await temporaryRedis()
    url = `redis://:${redis.server.password}@127.0.0.1:${redis.server.port}`
  })
  after(() => redis.dispose())

  it('tells a projection that is what the log makes from one that somebody wrote to', async () => {
    const log = memoryEventLog()
    for (const name of ['a', 'b', 'c']) await append(log, name)
    const projection = redisProjection({ url })
    for await (const events of log.range(1, 2)) await projection.apply(0, events)
    assert.deepEqual(await compareProjection(log, projection), { tag: 'Same', applied: 2 })
    for await (const events of log.range(3, 3)) await projection.apply(2, events)
    assert.deepEqual(await compareProjection(log, projection), { tag: 'Same', applied: 3 })

    const stranger = new Redis(url)
    await stranger.hset('periplus:objects:/configmaps', 'n/b', 'somebody else')
    assert.deepEqual(await compareProjection(log, projection), { tag: 'Different', applied: 3 })
    await projection.clear()
    await stranger.set('periplus:objects:/configmaps', 'of another type')
    assert.equal((await compareProjection(log, projection)).tag, 'Unknown')
    stranger.disconnect()
    await projection.close()
  })
})
