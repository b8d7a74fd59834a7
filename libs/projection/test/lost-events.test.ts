import assert from 'node:assert/strict'
import { readdirSync, statSync, truncateSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { connectBus } from '@periplus/bus'
import { DamagedBlob, jetStreamEventLog, memoryEventLog } from '@periplus/log'
import type { Base, EventLog, NewEvent, RecordedEvent } from '@periplus/log'
import { temporaryNats } from '@periplus/service'
import { findInBase, findLoss, memoryProjection, mutableCut, restoreLost } from '../src/index.ts'
import { history, pod } from '../src/contract/histories.ts'

const right = <A>(answer: Either<unknown, A>): A => {
  if (E.isLeft(answer)) throw new Error(JSON.stringify(answer.left))
  return answer.right
}

const event = (name: string, expected: number, image: string, type: NewEvent['type'] = 'created'): NewEvent => {
  const metadata = { name, namespace: 'default', uid: `uid-of-${name}` }
  return {
    ...{ id: `${name}-${expected}-${image}`, type, uid: metadata.uid, expected, previous: expected },
    ref: { group: '', resource: 'pods', namespace: 'default', name },
    origin: { actor: 'user:test', component: 'test', causes: [], correlationId: name },
    time: '2024-05-01T10:00:00.000Z',
    body: Buffer.from(JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata, spec: { image } })),
  }
}

const filesUnder = (directory: string): readonly string[] =>
  readdirSync(directory, { withFileTypes: true }).flatMap(one => {
    const path = join(directory, one.name)
    return one.isDirectory() ? filesUnder(path) : [path]
  })

const ourServers = (): readonly string[] => readdirSync(tmpdir()).filter(name => name.startsWith('periplus-nats-'))

describe('a log that has lost its end', () => {
  it('is found out by what the projection has, and gets the objects back', async function () {
    this.timeout(120_000)
    const before = ourServers()
    const nats = await temporaryNats()
    const [own = ''] = ourServers().filter(name => !before.includes(name))
    const connect = async () => right(await connectBus({ ...nats.server, name: 'test' }))
    let bus = await connect()
    try {
      let log = right(await jetStreamEventLog(bus, { cluster: 'test' }))
      const projection = memoryProjection()
      const written: NewEvent[] = [event('kept', 0, 'a'), event('changed', 0, 'a'), event('gone', 0, 'a')]
      written.push(event('created', 0, 'b'), event('changed', 2, 'b', 'spec-changed'), event('gone', 3, 'a', 'deleted'))
      for (const one of written) right(await log.append(one))
      for await (const events of log.range(1, 6)) await projection.apply(right(await projection.applied()), events)
      assert.equal(await findLoss(log, projection), undefined, 'nothing is lost yet')
      await bus.close()

      await nats.server.kill()
      const block = filesUnder(join(tmpdir(), own)).find(path => path.includes('OBJECTS') && path.endsWith('.blk'))
      assert.ok(block)
      truncateSync(block, Math.floor(statSync(block).size * 0.52))
      await nats.restart()
      bus = await connect()
      log = right(await jetStreamEventLog(bus, { cluster: 'test' }))
      assert.equal(right(await log.bounds()).last, 3)

      const loss = await findLoss(log, projection)
      assert.deepEqual([loss?.last, loss?.events.map(({ ref }) => ref.name)], [6, ['created', 'changed', 'gone']])
      assert.ok(loss)
      assert.equal(await restoreLost(log, loss), 3)
      assert.equal(await restoreLost(log, loss), 0, 'once')
      const cut = mutableCut()
      for await (const events of log.range(1, 100)) cut.apply(events)
      const images = cut.entries('', 'pods').map(entry => {
        const { metadata, spec } = JSON.parse(Buffer.from(entry.bytes).toString()) as {
          metadata: { name: string }
          spec: { image: string }
        }
        return `${metadata.name} ${spec.image}`
      })
      assert.deepEqual(images, ['changed b', 'created b', 'kept a'])
      const repair = right(await log.get(4))
      assert.deepEqual([repair?.origin.actor, repair?.type], ['controller:log-repair', 'created'])
    } finally {
      await bus.close()
      await nats.dispose()
    }
  })

  it('gets back what the newest whole snapshot has, where the log has nothing newer', async () => {
    const whole = memoryEventLog()
    for (const one of [event('kept', 0, 'a'), event('lost', 0, 'a'), event('further', 0, 'a')])
      right(await whole.append(one))
    const events = whole.slice(1)
    async function* damaged(): AsyncGenerator<readonly RecordedEvent[]> {
      yield events.slice(0, 1)
      throw new DamagedBlob('a chunk is missing')
    }
    async function* intact(): AsyncGenerator<readonly RecordedEvent[]> {
      yield events
    }
    const bases = [
      { sequence: 4, events: damaged() },
      { sequence: 3, events: intact() },
    ] as unknown as readonly Base[]
    const left = memoryEventLog()
    for (const one of [event('kept', 0, 'a'), event('other', 0, 'a'), event('else', 0, 'a')])
      right(await left.append(one))
    right(await left.append(event('further', 0, 'b')))
    const log: EventLog = { ...left, bases: async () => E.right(bases) }
    const loss = await findInBase(log)
    assert.deepEqual([loss?.last, loss?.events.map(({ ref }) => ref.name)], [3, ['lost']])
    assert.ok(loss)
    assert.deepEqual([await restoreLost(log, loss), await restoreLost(log, loss)], [1, 0])
    const restored = right(await left.last(event('lost', 0, 'a').ref))
    assert.deepEqual([restored?.type, restored?.origin.actor], ['created', 'controller:log-repair'])
    assert.equal(await findInBase({ ...left, bases: async () => E.right([]) }), undefined)
  })

  it('is not what a projection of another log tells of', async () => {
    const log = memoryEventLog()
    const other = memoryEventLog()
    history(log).created(pod('default', 'web-1'))
    const write = history(other)
    for (const name of ['a', 'b', 'c']) write.created(pod('default', name))
    const projection = memoryProjection()
    await projection.apply(
      0,
      other.slice(1).map(one => ({ ...one, id: `foreign ${one.id}` })),
    )
    assert.equal(await findLoss(log, projection), undefined)
  })
})
