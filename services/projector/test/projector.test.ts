import assert from 'node:assert/strict'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { connectBus } from '@periplus/bus'
import type { Bus } from '@periplus/bus'
import { jetStreamEventLog } from '@periplus/log'
import type { EventLog } from '@periplus/log'
import { memoryProjection, redisProjection } from '@periplus/projection'
import type { Projection } from '@periplus/projection'
import { logger, metrics, temporaryNats, temporaryRedis } from '@periplus/service'
import type { LocalNats, LocalRedis, Temporary } from '@periplus/service'
import { start } from '../src/index.ts'

const right = <A>(answer: Either<unknown, A>): A => {
  if (E.isLeft(answer)) throw new Error(JSON.stringify(answer.left))
  return answer.right
}

describe('projector', () => {
  let nats: Temporary<LocalNats>
  let redis: Temporary<LocalRedis>
  let bus: Bus
  let log: EventLog
  before(async function () {
    this.timeout(180_000)
    nats = await temporaryNats({ sync: 'interval' })
    redis = await temporaryRedis()
    bus = right(await connectBus({ ...nats.server, name: 'projector-test' }))
    log = right(await jetStreamEventLog(bus, { cluster: 'test' }))
  })
  after(async () => {
    await bus.close()
    await redis.dispose()
    await nats.dispose()
  })

  const create = async (name: string): Promise<number> => {
    const ref = { group: '', resource: 'configmaps', namespace: 'default', name }
    const appended = await log.append({
      ...{ id: `create ${name}`, type: 'created', ref, uid: `uid-${name}`, expected: 0, previous: 0 },
      origin: { actor: 'user:test', component: 'test', causes: [], correlationId: name },
      time: new Date(0).toISOString(),
      body: Buffer.from(
        JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, uid: `uid-${name}` } }),
      ),
    })
    return right(appended).sequence
  }
  const hash = async (projection: Projection): Promise<string> => right(await projection.contentHash()).value

  /** A projector, what it logs, and a way to wait for a state of it. */
  const running = () => {
    const lines: string[] = []
    const projection = redisProjection({ url: redis.server.url })
    const numbers = metrics()
    const projector = start({
      ...{ log, projection, metrics: numbers, lookEveryMilliseconds: 20 },
      logger: logger('projector', { write: line => lines.push(line) }),
    })
    const until = async (holds: () => boolean): Promise<void> => {
      while (!holds()) await new Promise(resolve => setImmediate(resolve))
    }
    return { projector, projection, numbers, lines, until }
  }

  it('keeps Redis at the head, over a FLUSHALL and a lost Redis, and stops', async () => {
    for (let i = 1; i <= 200; i++) await create(`before-${i}`)
    const { projector, projection, numbers, lines, until } = running()
    await until(() => projector.status().applied === 200)
    const last = await create('after')
    await until(() => projector.status().applied === last)
    const expected = await hash(projection)
    assert.match(numbers.text(), new RegExp(`^periplus_projector_applied_sequence ${last}$`, 'm'))

    right(await projection.clear())
    await until(() => lines.filter(line => line.includes('building the projection')).length === 2)
    await until(() => projector.status().applied === last)
    assert.equal(await hash(projection), expected)

    await redis.server.kill()
    const unseen = await create('while Redis is gone')
    await until(() => !projector.status().available)
    await redis.restart()
    await until(() => projector.status().applied === unseen)
    const alone = memoryProjection()
    const all = []
    for await (const events of log.range(1, unseen)) all.push(...events)
    await alone.apply(0, all)
    assert.equal(await hash(projection), await hash(alone))

    await projector.stop()
    await projector.ended
    const late = await create('after the end')
    assert.ok(projector.status().applied < late)
  })
})
