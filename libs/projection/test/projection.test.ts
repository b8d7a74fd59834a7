import assert from 'node:assert/strict'
import { E } from '@periplus/prelude'
import { Redis } from 'ioredis'
import { memoryEventLog } from '@periplus/log'
import { temporaryRedis } from '@periplus/service'
import type { LocalRedis, Temporary } from '@periplus/service'
import { projectionContract } from '../src/contract.ts'
import { history, pod } from '../src/contract/histories.ts'
import { keepProjected, memoryProjection, redisProjection, startLiveCut } from '../src/index.ts'
import type { Progress, Projection } from '../src/index.ts'

projectionContract('memoryProjection', async () => {
  const projection = memoryProjection()
  return { projection, flush: async () => projection.flush(), close: () => projection.close() }
})

/** Waits for the next progress of this kind. */
const watching = () => {
  const waiting = new Set<(progress: Progress) => void>()
  return {
    onProgress: (progress: Progress) => waiting.forEach(tell => tell(progress)),
    until: (fits: (progress: Progress) => boolean): Promise<void> =>
      new Promise(resolve => {
        const tell = (progress: Progress): void => {
          if (!fits(progress)) return
          waiting.delete(tell)
          resolve()
        }
        waiting.add(tell)
      }),
  }
}

const applied =
  (sequence: number) =>
  (progress: Progress): boolean =>
    progress.tag === 'Applied' && progress.applied === sequence

describe('with a real Redis', () => {
  let redis: Temporary<LocalRedis>
  let direct: Redis
  before(async function () {
    this.timeout(120_000)
    redis = await temporaryRedis()
    direct = new Redis(redis.server.url)
    direct.on('error', () => undefined)
  })
  after(async () => {
    direct.disconnect()
    await redis.dispose()
  })
  beforeEach(() => direct.flushall())

  projectionContract('redisProjection', async () => {
    const projection = redisProjection({ url: redis.server.url })
    return {
      projection,
      flush: async () => void (await direct.flushall()),
      close: () => projection.close(),
    }
  })

  const hash = async (projection: Projection): Promise<string> => {
    const answer = await projection.contentHash()
    assert.ok(E.isRight(answer))
    return answer.right.value
  }

  it('is kept at the head of the log, and rebuilt to the same content after a FLUSHALL', async () => {
    const log = memoryEventLog()
    const write = history(log)
    for (let i = 0; i < 500; i++) write.created(pod('default', `web-${i}`, { owner: `rs-${i % 7}` }))
    const projection = redisProjection({ url: redis.server.url })
    const stop = new AbortController()
    const { onProgress, until } = watching()
    const full = until(applied(500))
    const kept = keepProjected({ log, projection, signal: stop.signal, onProgress, lookEveryMilliseconds: 20 })
    await full
    const live = until(applied(501))
    write.deleted(pod('default', 'web-3', { owner: 'rs-3' }))
    await live
    const before = await hash(projection)
    const rebuilt = until(applied(501))
    await direct.flushall()
    await rebuilt
    assert.equal(await hash(projection), before)

    const next = until(applied(502))
    await direct.flushall()
    write.changed(pod('default', 'web-1', { nodeName: 'n1' }))
    await next
    const other = memoryProjection()
    await other.apply(0, log.slice(1))
    assert.equal(await hash(projection), await hash(other))
    stop.abort()
    await kept
    await projection.close()
  })

  it('is emptied first where it was of another log', async () => {
    const old = memoryEventLog()
    const wrote = history(old)
    for (let i = 0; i < 10; i++) wrote.created(pod('old', `web-${i}`))
    const projection = redisProjection({ url: redis.server.url })
    await projection.apply(
      0,
      old.slice(1).map(event => ({ ...event, id: `old ${event.id}` })),
    )
    await direct.set('unrelated', 'stays')
    const log = memoryEventLog()
    history(log).created(pod('new', 'web'))
    const stop = new AbortController()
    const { onProgress, until } = watching()
    const done = until(applied(1))
    const kept = keepProjected({ log, projection, signal: stop.signal, onProgress })
    await done
    const fresh = memoryProjection()
    await fresh.apply(0, log.slice(1))
    assert.equal(await hash(projection), await hash(fresh))
    assert.equal(await direct.get('unrelated'), 'stays')
    stop.abort()
    await kept
    await projection.close()
  })

  it('is found damaged and emptied where it reads well and is not what was written', async () => {
    const log = memoryEventLog()
    const write = history(log)
    for (let i = 0; i < 20; i++) write.created(pod('default', `web-${i}`))
    write.changed(pod('default', 'web-1', { nodeName: 'n1' }))
    write.deleted(pod('default', 'web-2'))
    const projection = redisProjection({ url: redis.server.url })
    const [objects, gone] = ['periplus:objects:/pods', 'periplus:gone:/pods']
    const damages: readonly (() => Promise<unknown>)[] = [
      async () => {
        const value = (await direct.hget(objects, 'default/web-3')) ?? ''
        await direct.hset(objects, 'default/web-3', value.replace('"spec"', '"spek"'))
      },
      async () => direct.hset(objects, 'default/web-1', (await direct.hget(objects, 'default/web-0')) ?? ''),
      () => direct.hdel(objects, 'default/web-4'),
      () => direct.hdel(gone, 'default/web-2'),
      async () => direct.hset(objects, 'default/more', (await direct.hget(objects, 'default/web-0')) ?? ''),
    ]
    for (const damage of damages) {
      await projection.clear()
      await projection.apply(0, log.slice(1))
      const told: string[] = []
      const started = () =>
        startLiveCut({ log, store: projection, onDamagedStore: ({ message }) => void told.push(message) })
      const whole = await started()
      await whole.close()
      assert.deepEqual(told, [])
      await damage()
      const { cut, close } = await started()
      assert.equal(told.length, 1, String(damage))
      assert.deepEqual(
        cut.entries('', 'pods').map(({ ref, bytes }) => [ref.name, String(bytes)]),
        whole.cut.entries('', 'pods').map(({ ref, bytes }) => [ref.name, String(bytes)]),
      )
      assert.deepEqual(await projection.applied(), E.right(0))
      await close()
    }
    await projection.close()
  })

  it('may be worked on by two at once', async () => {
    const log = memoryEventLog()
    const write = history(log)
    const projections = [1, 2].map(() => redisProjection({ url: redis.server.url }))
    const stop = new AbortController()
    const { onProgress, until } = watching()
    const done = until(applied(1000))
    const kept = projections.map(projection => keepProjected({ log, projection, signal: stop.signal, onProgress }))
    for (let i = 1; i <= 1000; i++) {
      write.created(pod('default', `web-${i}`))
      if (i % 50 === 0) await new Promise(resolve => setImmediate(resolve))
    }
    await done
    stop.abort()
    await Promise.all(kept)
    const alone = memoryProjection()
    await alone.apply(0, log.slice(1))
    for (const projection of projections) {
      assert.equal(await hash(projection), await hash(alone))
      await projection.close()
    }
  })

  it('holds up neither cut nor projector while Redis is gone, and goes on when it is back', async () => {
    const log = memoryEventLog()
    const write = history(log)
    write.created(pod('default', 'web-1'))
    const projection = redisProjection({ url: redis.server.url })
    const stop = new AbortController()
    const { onProgress, until } = watching()
    const first = until(applied(1))
    const kept = keepProjected({ log, projection, signal: stop.signal, onProgress, retryMilliseconds: 20 })
    await first
    const { cut, close } = await startLiveCut({ log, store: projection })
    const gone = until(progress => progress.tag === 'Unavailable')
    await redis.server.kill()
    await cut.reached(write.created(pod('default', 'web-2')))
    await gone
    const late = await startLiveCut({ log, store: projection })
    assert.equal(late.cut.sequence, 2)
    const back = until(applied(2))
    await redis.restart()
    await back
    const alone = memoryProjection()
    await alone.apply(0, log.slice(1))
    assert.equal(await hash(projection), await hash(alone))
    stop.abort()
    await Promise.all([kept, close(), late.close()])
    await projection.close()
  })
})
