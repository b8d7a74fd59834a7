import assert from 'node:assert/strict'
import { memoryRecordStream } from '@periplus/log'
import { virtualClock } from '@periplus/prelude'
import { recordDecisions, recordedDecisions } from '../src/index.ts'
import type { DecisionRecord } from '../src/index.ts'

const record = (controller: string, now: number, count: number, why = 'line one\nline two'): DecisionRecord => ({
  id: `${controller}.${now.toString(36)}.seed.${count.toString(36)}`,
  controller,
  version: 1,
  key: { namespace: 'default', name: 'web' },
  cut: count,
  now,
  seed: 1,
  triggers: [],
  commands: [],
  outcome: [],
  why,
})

const collect = async <A>(all: AsyncIterable<A>): Promise<readonly A[]> => {
  const found: A[] = []
  for await (const one of all) found.push(one)
  return found
}

describe('decisions on a stream', () => {
  const world = () => {
    const clock = virtualClock(Date.UTC(2026, 0, 1))
    const stream = memoryRecordStream(() => clock.now())
    return { clock, stream, sink: recordDecisions(stream, clock), found: recordedDecisions(stream) }
  }

  it('go in one message a controller where they come together, and each is found again', async () => {
    const { clock, stream, sink, found } = world()
    const now = clock.now()
    const records = [1, 2, 3].flatMap(i => [record('a.b', now, i), record('scheduler', now, i)])
    records.forEach(sink.record)
    assert.equal((await collect(stream.range({}))).flat().length, 0)
    clock.advance(50)
    assert.equal((await collect(stream.range({}))).flat().length, 2)
    for (const one of records) assert.deepEqual(await found.byId(one.id), one)
    assert.deepEqual(await found.newest(), records.at(-1))
    assert.equal(await found.byId(record('scheduler', now, 9).id), undefined)
    assert.deepEqual((await collect(found.all())).map(({ id }) => id).sort(), records.map(({ id }) => id).sort())
  })

  it('are found among what others have written to the stream', async () => {
    const { clock, stream, sink, found } = world()
    const mine = record('scheduler', clock.now(), 1)
    const mark = `"id":${JSON.stringify(mine.id)}`
    for (const text of ['', 'not JSON', 'null', '[]', '{}', '7', `{${mark}}`, `{${mark}`, `{"id":1,${mark}}\n\n`])
      stream.append('scheduler', Buffer.from(text))
    stream.append('scheduler', Buffer.from([0xff, 0xfe, 0x00]))
    sink.record(mine)
    await sink.flush()
    assert.deepEqual(await found.byId(mine.id), mine)
    assert.deepEqual(await collect(found.all()), [mine])
  })

  it('keep their order, and are all there after a flush', async () => {
    const { clock, stream, sink, found } = world()
    const records = [1, 2, 3, 4].map(i => record('scheduler', clock.now(), i))
    for (const one of records.slice(0, 3)) {
      sink.record(one)
      clock.advance(15)
    }
    sink.record(records[3] as DecisionRecord)
    await sink.flush()
    assert.deepEqual(await collect(found.all()), records)
    assert.equal((await collect(stream.range({}))).flat().length, 2)
    clock.advance(1_000)
    assert.equal((await collect(found.all())).length, 4)
  })

  it('are sent at once where they are large', async () => {
    const { clock, sink, found } = world()
    const large = record('scheduler', clock.now(), 1, 'x'.repeat(300_000))
    sink.record(large)
    assert.deepEqual(await found.byId(large.id), large)
  })
})
