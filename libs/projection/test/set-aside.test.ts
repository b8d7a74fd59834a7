import assert from 'node:assert/strict'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { foreignMessages } from '@periplus/log/contract'
import { jetStreamEventLog } from '@periplus/log'
import type { EventLog, NewEvent, SetAside } from '@periplus/log'
import { natsSuite } from '../../bus/test/nats-suite.ts'
import { keepProjected, memoryProjection, startLiveCut } from '../src/index.ts'
import { podKind } from '../src/contract/histories.ts'

const right = <A>(answer: Either<unknown, A>): A => {
  if (E.isLeft(answer)) throw new Error(JSON.stringify(answer.left))
  return answer.right
}

const ref = (name: string) => ({ group: '', resource: 'pods', namespace: 'default', name })

const event = (name: string, changes: Partial<NewEvent> = {}): NewEvent => {
  const id = `${name}-${changes.expected ?? 0}`
  const metadata = { name, namespace: 'default', uid: `uid-of-${name}` }
  return {
    ...{ id, type: 'created', ref: ref(name), uid: `uid-of-${name}`, expected: 0, previous: changes.expected ?? 0 },
    origin: { actor: 'user:test', component: 'test', causes: [], correlationId: id },
    time: '2024-05-01T10:00:00.000Z',
    body: Buffer.from(JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata })),
    ...changes,
  }
}

describe("messages on the log's stream that are no events", () => {
  const suite = natsSuite('test')
  const aside: SetAside[] = []
  let log: EventLog
  before(async () => {
    log = right(await jetStreamEventLog(suite.bus, { cluster: 'test', onSetAside: found => aside.push(found) }))
  })

  const another = async (): Promise<EventLog> => right(await jetStreamEventLog(suite.bus, { cluster: 'test' }))

  it('are stepped over by every reader, told of once, and hold nobody up', async function () {
    this.timeout(60_000)
    const foreign = foreignMessages(ref('web'))
    const live = await startLiveCut({ log })
    right(await log.append(event('first')))
    for (const { what, ...message } of foreign) {
      const stored = await suite.bus.jetstream.publish(message)
      assert.equal(stored.tag, 'Stored', `${what}: ${JSON.stringify(stored)}`)
    }
    const { last } = right(await log.bounds())
    assert.equal(last, foreign.length + 1)

    await live.cut.reached(last)
    const started = await startLiveCut({ log: await another() })
    for (const { cut } of [live, started])
      assert.deepEqual([cut.sequence, cut.list(podKind).map(({ metadata }) => metadata.name)], [last, ['first']])
    assert.deepEqual(
      aside.map(({ sequence }) => sequence),
      foreign.map((_, i) => i + 2),
      'each once, though it was read more than once',
    )

    const ranged: number[] = []
    for await (const events of log.range(1, last)) ranged.push(...events.map(({ sequence }) => sequence))
    assert.deepEqual(ranged, [1])
    assert.equal(right(await log.get(last)), undefined)
    assert.equal(right(await log.last(ref('web'))), undefined)

    const projection = memoryProjection()
    const stop = new AbortController()
    const projecting = keepProjected({
      ...{ log, projection, signal: stop.signal },
      onProgress: progress => void (progress.tag === 'Applied' && stop.abort()),
    })
    await projecting
    assert.equal(right(await projection.applied()), 1)

    for (const cut of [live, started]) await cut.close()
  })

  it('do not keep anybody from writing the object whose subject they are on', async () => {
    const { last } = right(await log.bounds())
    const created = right(await log.append(event('web')))
    assert.deepEqual(created, { sequence: last + 1, duplicate: false })
    const [junk] = foreignMessages(ref('web'))
    assert.ok(junk)
    await suite.bus.jetstream.publish(junk)
    assert.equal(right(await log.last(ref('web')))?.sequence, created.sequence)
    const changed = event('web', { type: 'spec-changed', expected: created.sequence })
    const written = right(await log.append(changed))
    assert.equal(written.sequence, created.sequence + 2)
    assert.equal(right(await log.get(written.sequence))?.previous, created.sequence)
    assert.deepEqual(right(await log.append(changed)), { ...written, duplicate: true })
    const stale = await log.append(event('web', { type: 'spec-changed', expected: last, id: 'stale' }))
    assert.deepEqual(stale, E.left({ tag: 'Conflict', actual: written.sequence }))
  })

  it('do not keep others of a group from being written', async () => {
    const [junk] = foreignMessages(ref('grouped-7'))
    assert.ok(junk)
    await suite.bus.jetstream.publish(junk)
    const outcomes = await Promise.all(Array.from({ length: 20 }, (_, i) => log.append(event(`grouped-${i}`))))
    assert.deepEqual(outcomes.filter(E.isLeft), [])
  })
})
