import assert from 'node:assert/strict'
import type { PublishAnswer } from '@periplus/bus'
import { right } from '../src/contract/events.ts'
import { recordStreamContract } from '../src/contract.ts'
import { jetStreamRecordStream, memoryRecordStream } from '../src/index.ts'
import { recordQueue } from '../src/records/record-queue.ts'
import { natsSuite } from '../../bus/test/nats-suite.ts'

recordStreamContract('memoryRecordStream', async () => ({
  records: memoryRecordStream(),
  close: async () => undefined,
}))

describe('with a real NATS', () => {
  const on = natsSuite('records')

  let streams = 0
  recordStreamContract('jetStreamRecordStream', async () => {
    // A name of its own for each: a server that still writes the last one's records may find them in one made again.
    const stream = `RECORDS${++streams}`
    const records = right(await jetStreamRecordStream(on.bus, { stream }))
    return { records, close: () => on.removeStream(stream) }
  })

  it('keeps records while the server is gone, and writes each once when it is back', async () => {
    const records = right(await jetStreamRecordStream(on.bus, { stream: 'DECISIONS' }))
    for (let i = 0; i < 100; i++) records.append('a', Buffer.from(`${i}`))
    await records.flush()
    await on.nats.server.kill()
    for (let i = 100; i < 600; i++) records.append('a', Buffer.from(`${i}`))
    await on.nats.restart()
    await on.bus.whenConnected()
    await records.flush()
    const found: number[] = []
    for await (const batch of records.range({})) found.push(...batch.map(({ bytes }) => Number(Buffer.from(bytes))))
    assert.equal(new Set(found).size, found.length)
    // What was acknowledged before the kill may be lost with it: these records are not synced one by one.
    assert.deepEqual(
      found.filter(number => number >= 100).toSorted((a, b) => a - b),
      Array.from({ length: 500 }, (_, i) => i + 100),
    )
    assert.equal(records.dropped, 0)
    await on.removeStream('DECISIONS')
  })
})

describe('recordQueue', () => {
  const stored: PublishAnswer = { tag: 'Stored', sequence: 1, duplicate: false }

  it('drops what does not fit, without holding anybody up', async () => {
    const release: (() => void)[] = []
    const queue = recordQueue({
      bufferBytes: 10,
      send: () => new Promise(resolve => release.push(() => resolve(stored))),
      whenConnected: async () => undefined,
    })
    for (let i = 0; i < 5; i++) queue.put('a', Buffer.alloc(4))
    assert.equal(queue.dropped, 3)
    await Promise.resolve()
    release.forEach(answer => answer())
    await queue.flush()
    queue.put('a', Buffer.alloc(4))
    assert.equal(queue.dropped, 3)
  })

  it('gives up when there will be no connection again', async () => {
    const queue = recordQueue({
      bufferBytes: 1000,
      send: async () => ({ tag: 'Unknown', message: 'gone' }),
      whenConnected: () => Promise.reject(new Error('closed')),
    })
    queue.put('a', Buffer.alloc(1))
    await queue.flush()
    assert.equal(queue.dropped, 1)
  })
})
