import assert from 'node:assert/strict'
import { E } from '@periplus/prelude'
import type { NewEvent, RecordedEvent, Sequence } from '../event.ts'
import type { EventLog } from '../event-log.ts'
import { eventOf, right, take } from './events.ts'

/** An adapter under test, empty, that can be compacted. */
export interface CompactableLog {
  readonly log: EventLog
  /** The same log, opened by somebody who knows nothing of it yet. */
  readonly again: () => Promise<EventLog>
  /** Takes away what lies at or below a sequence, which is not the last one. */
  compact(upTo: Sequence): Promise<void>
  close(): Promise<void>
}

const brief = ({ sequence, ref, type }: RecordedEvent): string => `${sequence} ${ref.name} ${type}`

/** What every compacted log does; a mocha suite. */
export const compactionContract = (name: string, open: () => Promise<CompactableLog>): void => {
  describe(`${name} keeps the contract of compaction`, function () {
    this.timeout(60_000)
    let test: CompactableLog
    let log: EventLog
    beforeEach(async () => {
      test = await open()
      log = test.log
    })
    afterEach(() => test.close())

    const put = async (event: NewEvent): Promise<Sequence> => right(await log.append(event)).sequence

    /** 1 to 6: `a` is old, `b` is gone, `c` is gone and there again; 7 and 8 are `d`. */
    const history = async (): Promise<void> => {
      await put(eventOf('a'))
      await put(eventOf('b'))
      await put(eventOf('c'))
      await put(eventOf('b', { type: 'deleted', expected: 2 }))
      await put(eventOf('c', { type: 'deleted', expected: 3 }))
      await put(eventOf('c', { expected: 5 }))
      await put(eventOf('d'))
      await put(eventOf('d', { type: 'spec-changed', expected: 7 }))
    }
    const base = async (one: EventLog, atMost: Sequence) => {
      const [first] = right(await one.bases(atMost))
      return first && { sequence: first.sequence, events: (await take(first.events)).map(brief) }
    }

    it('keeps the newest event of what lives, and says from where on there is more', async () => {
      await history()
      await test.compact(6)
      for (const one of [log, await test.again()]) {
        assert.deepEqual(right(await one.bounds()), { first: 7, last: 8, watermark: 6 })
        assert.deepEqual(await base(one, 6), { sequence: 6, events: ['1 a created', '6 c created'] })
        const gone = E.left({ tag: 'Gone', first: 7 })
        assert.deepEqual(
          [await one.get(2), await one.get(3), await one.get(4), await one.get(5)],
          [gone, gone, gone, gone],
        )
        assert.equal(right(await one.get(1))?.uid, 'uid-of-a')
        assert.equal(right(await one.get(7))?.uid, 'uid-of-d')
        assert.equal(right(await one.get(99)), undefined)
        const lastOf = async (object: string) => right(await one.last(eventOf(object).ref))?.sequence
        assert.deepEqual(
          [await lastOf('a'), await lastOf('b'), await lastOf('c'), await lastOf('d'), await lastOf('never')],
          [1, undefined, 6, 8, undefined],
        )
        for (const from of [1, 6]) await assert.rejects(take(one.range(from, 8)), { name: 'LogGap', first: 7 })
        await assert.rejects(take(one.range(3, 5)), { name: 'LogGap', first: 7 })
        await assert.rejects(take(one.follow(1, new AbortController().signal)), { name: 'LogGap', first: 7 })
        assert.deepEqual((await take(one.range(7, 8))).map(brief), ['7 d created', '8 d spec-changed'])
      }
    })

    it('judges writers by what it had, whether it still has it or not', async () => {
      await history()
      await test.compact(6)
      for (const one of [log, await test.again()]) {
        const conflict = (actual: Sequence) => E.left({ tag: 'Conflict', actual })
        assert.deepEqual(await one.append(eventOf('a')), conflict(1), 'it is there')
        assert.deepEqual(await one.append(eventOf('c', { expected: 3 })), conflict(6), 'an older state')
        assert.deepEqual(await one.append(eventOf('a', { expected: 8 })), conflict(1), 'never was so')
        assert.deepEqual(await one.append(eventOf('b', { expected: 4 })), conflict(0), 'a tombstone that is forgotten')
        assert.deepEqual(await one.append(eventOf('b', { expected: 2 })), conflict(0), 'long gone')
        const two = [eventOf('a', { expected: 1 }), eventOf('c', { expected: 3 })]
        assert.deepEqual(await one.appendAll(two), E.left({ tag: 'Conflict', index: 1, actual: 6 }))
      }
      assert.equal(await put(eventOf('a', { expected: 1, type: 'spec-changed' })), 9)
      assert.equal(right(await log.get(9))?.previous, 1)
      assert.equal(await put(eventOf('b')), 10)
      const both = [eventOf('c', { expected: 6, type: 'deleted' }), eventOf('e'), eventOf('a', { expected: 9 })]
      assert.deepEqual(right(await log.appendAll(both)).sequences, [11, 12, 13])
      assert.deepEqual(await log.append(eventOf('c', { expected: 6 })), E.left({ tag: 'Conflict', actual: 11 }))
      assert.deepEqual(await log.append(eventOf('a', { expected: 1 })), E.left({ tag: 'Conflict', actual: 13 }))
    })

    it('lets one of many win who write what was written last below the watermark', async () => {
      await history()
      await put(eventOf('e'))
      await test.compact(8)
      const writers = [log, await test.again(), await test.again()].flatMap(one => [one, one, one])
      for (const [object, expected] of [
        ['a', 1],
        ['b', 0],
        ['d', 8],
      ] as const) {
        const outcomes = await Promise.all(writers.map(one => one.append(eventOf(object, { expected }))))
        const won = outcomes.filter(E.isRight)
        assert.equal(won.length, 1, object)
        const actual = won[0]?.right.sequence
        for (const lost of outcomes.filter(E.isLeft)) assert.deepEqual(lost.left, { tag: 'Conflict', actual })
      }
    })

    it('goes on from one watermark to the next, however little there is', async () => {
      await history()
      await put(eventOf('e'))
      await test.compact(2)
      assert.deepEqual(await base(log, 8), { sequence: 2, events: ['1 a created', '2 b created'] })
      await test.compact(8)
      assert.deepEqual(await base(await test.again(), 8), {
        sequence: 8,
        events: ['1 a created', '6 c created', '8 d spec-changed'],
      })
      assert.deepEqual((await take(log.range(9, 20))).map(brief), ['9 e created'])
      await put(eventOf('a', { type: 'deleted', expected: 1 }))
      await put(eventOf('e', { type: 'deleted', expected: 9 }))
      await test.compact(10)
      const events = ['6 c created', '8 d spec-changed', '9 e created']
      assert.deepEqual(await base(await test.again(), 10), { sequence: 10, events })
      assert.equal(right(await log.bounds()).first, 11)
      assert.equal(await put(eventOf('a')), 12)
    })

    it('keeps the one heartbeat that there is of each object', async () => {
      let expected = 0
      for (let i = 0; i < 3; i++) expected = await put(eventOf('lease', { expected, rollup: true }))
      let other = await put(eventOf('other', { rollup: true }))
      await put(eventOf('web'))
      await put(eventOf('newest'))
      await test.compact(5)
      assert.deepEqual(await base(log, 5), {
        sequence: 5,
        events: ['3 lease created', '4 other created', '5 web created'],
      })
      other = await put(eventOf('other', { expected: other, rollup: true }))
      assert.equal(await put(eventOf('other', { expected: other, rollup: true })), 8)
      assert.deepEqual((await take(log.range(6, 9))).map(brief), ['6 newest created', '8 other created'])
      assert.deepEqual(await log.append(eventOf('lease', { rollup: true })), E.left({ tag: 'Conflict', actual: 3 }))
      assert.equal(await put(eventOf('lease', { expected: 3, rollup: true })), 9)
    })

    it('shows followers all that comes, whatever is taken away behind them', async () => {
      const stop = new AbortController()
      await history()
      const following = take(log.follow(7, stop.signal), 22)
      for (let i = 0; i < 20; i++) {
        await put(eventOf(`pod-${i}`))
        if (i % 5 === 4) await test.compact(8 + i)
      }
      assert.deepEqual(
        (await following).map(({ sequence }) => sequence),
        Array.from({ length: 22 }, (_, i) => 7 + i),
      )
    })

    it('gives a reader of what is being taken away all of it, or says that it is gone', async () => {
      // More than is read ahead.
      const last = 6_000
      for (let i = 0; i < last; i += 1_000)
        right(await log.appendAll(Array.from({ length: 1_000 }, (_, j) => eventOf(`pod-${i + j}`))))
      let compacting: Promise<void> | undefined
      const read: Sequence[] = []
      let gap: unknown
      try {
        for await (const events of log.range(1, last)) {
          read.push(...events.map(({ sequence }) => sequence))
          compacting ??= test.compact(last - 1)
          await compacting
        }
      } catch (error) {
        gap = error
      }
      if (gap) assert.equal((gap as Error).name, 'LogGap')
      assert.ok(gap || read.length === last)
      assert.deepEqual(
        read,
        Array.from({ length: read.length }, (_, i) => i + 1),
      )
    })
  })
}
