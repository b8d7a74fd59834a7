import assert from 'node:assert/strict'
import type { RecordStream, StoredRecord } from '../records/record-stream.ts'
import { right } from './events.ts'

/** An adapter as the contract suite wants it. */
export interface RecordsUnderTest {
  readonly records: RecordStream
  close(): Promise<void>
}

const texts = async (ranges: AsyncIterable<readonly StoredRecord[]>, count = Infinity): Promise<readonly string[]> => {
  const found: string[] = []
  for await (const batch of ranges) {
    found.push(...batch.map(({ subject, bytes }) => `${subject}=${Buffer.from(bytes).toString()}`))
    if (found.length >= count) break
  }
  return found
}

/** What every `RecordStream` does; a mocha suite for each adapter. `open` gives an empty one for every test. */
export const recordStreamContract = (name: string, open: () => Promise<RecordsUnderTest>): void => {
  describe(`${name} keeps the contract of record streams`, () => {
    let opened: RecordsUnderTest
    let records: RecordStream
    beforeEach(async () => {
      opened = await open()
      records = opened.records
    })
    afterEach(() => opened.close())

    it('keeps records in order and gives them back by position and by subject', async () => {
      assert.equal(right(await records.last()), 0)
      for (let i = 1; i <= 1000; i++) records.append(`c${i % 3}.default.web`, Buffer.from(`${i}`))
      await records.flush()
      assert.equal(right(await records.last()), 1000)
      const all = await texts(records.range({}))
      assert.deepEqual(
        all,
        Array.from({ length: 1000 }, (_, i) => `c${(i + 1) % 3}.default.web=${i + 1}`),
      )
      assert.deepEqual(await texts(records.range({ from: 3, to: 4 })), ['c0.default.web=3', 'c1.default.web=4'])
      assert.deepEqual(await texts(records.range({ to: 6, subject: 'c0.>' })), ['c0.default.web=3', 'c0.default.web=6'])
      assert.deepEqual(await texts(records.range({ to: 3, subject: '*.default.web' })), all.slice(0, 3))
      assert.deepEqual(await texts(records.range({ subject: 'none' })), [])
      assert.deepEqual(await texts(records.range({ from: 1001 })), [])
      assert.equal(records.dropped, 0)
    })

    it('gives back what was stored since a moment', async () => {
      records.append('a', Buffer.from('1'))
      await records.flush()
      const stored: StoredRecord[] = []
      for await (const batch of records.range({})) stored.push(...batch)
      const time = stored[0]?.time ?? 0
      assert.deepEqual(await texts(records.range({ since: time })), ['a=1'])
      assert.deepEqual(await texts(records.range({ since: time + 60_000 })), [])
    })

    it('follows from a position, then what comes, until told to stop', async () => {
      records.append('a', Buffer.from('1'))
      records.append('b', Buffer.from('2'))
      await records.flush()
      const stop = new AbortController()
      const following = texts(records.follow({ from: 2, signal: stop.signal }), 2)
      const filtered = texts(records.follow({ subject: 'a', signal: stop.signal }), 2)
      records.append('a', Buffer.from('3'))
      assert.deepEqual(await following, ['b=2', 'a=3'])
      assert.deepEqual(await filtered, ['a=1', 'a=3'])
      const idle = texts(records.follow({ from: 4, signal: stop.signal }))
      stop.abort()
      assert.deepEqual(await idle, [])
    })
  })
}
