import assert from 'node:assert/strict'
import { E } from '@periplus/prelude'
import { appendAllCases } from './contract/append-all.ts'
import { eventOf, right, take } from './contract/events.ts'
import type { EventLog } from './event-log.ts'

/** An adapter under test, empty. */
export interface LogUnderTest {
  readonly log: EventLog
  close(): Promise<void>
}

/** What every `EventLog` does; a mocha suite for each adapter. `open` gives an empty log for every test. */
export const eventLogContract = (name: string, open: () => Promise<LogUnderTest>): void => {
  describe(`${name} keeps the contract of the log`, () => {
    let opened: LogUnderTest
    let log: EventLog
    beforeEach(async () => {
      opened = await open()
      log = opened.log
    })
    afterEach(() => opened.close())

    it('is empty at first', async () => {
      assert.deepEqual(right(await log.bounds()), { first: 0, last: 0, watermark: 0 })
      assert.equal(right(await log.get(1)), undefined)
      assert.equal(right(await log.last(eventOf('web').ref)), undefined)
      assert.deepEqual(await take(log.range(1, 100)), [])
    })

    it('gives back what was appended', async () => {
      const event = eventOf('web', {
        body: Buffer.from('{"metadata":{"name":"web","labels":{"é":"ü"}}}'),
        origin: {
          actor: 'user:Zoë "Z" 100%',
          component: 'api',
          causes: [1, 2],
          decisionId: 'd 1',
          correlationId: 'root',
        },
        admission: '[{"by":"conf/hook","patch":[{"op":"add","path":"/ü"}]}]',
      })
      const { sequence, duplicate } = right(await log.append(event))
      assert.deepEqual([sequence, duplicate], [1, false])
      const { expected: _, ...kept } = event
      const [followed] = await take(log.range(1, 1))
      for (const read of [followed, right(await log.get(1)), right(await log.last(event.ref))]) {
        assert.ok(read)
        const { stored: _stored, ...written } = read
        assert.deepEqual(
          { ...written, body: Buffer.from(read.body).toString() },
          { ...kept, sequence: 1, body: event.body.toString() },
        )
      }
      assert.deepEqual(right(await log.bounds()), { first: 1, last: 1, watermark: 0 })
    })

    it('appends only to what the writer saw', async () => {
      const first = right(await log.append(eventOf('web')))
      assert.deepEqual(await log.append(eventOf('web')), E.left({ tag: 'Conflict', actual: 1 }))
      const second = right(await log.append(eventOf('web', { expected: first.sequence })))
      assert.deepEqual(
        await log.append(eventOf('web', { expected: 1 })),
        E.left({ tag: 'Conflict', actual: second.sequence }),
      )
      assert.deepEqual(await log.append(eventOf('other', { expected: 7 })), E.left({ tag: 'Conflict', actual: 0 }))
      assert.equal((await take(log.range(1, 100))).length, 2)
    })

    it('makes one event of a command that is tried again', async () => {
      const event = eventOf('web')
      const { sequence } = right(await log.append(event))
      assert.deepEqual(await log.append(event), E.right({ sequence, duplicate: true }))
      const later = right(await log.append(eventOf('web', { expected: sequence })))
      right(await log.append(eventOf('web', { expected: later.sequence })))
      assert.deepEqual(await log.append(event), E.right({ sequence, duplicate: true }), 'even after others came')
      assert.equal((await take(log.range(1, 100))).length, 3)
    })

    it('keeps tombstones, and lets the object be made again after them', async () => {
      const created = right(await log.append(eventOf('web')))
      const deleted = right(await log.append(eventOf('web', { type: 'deleted', expected: created.sequence })))
      assert.equal(right(await log.last(eventOf('web').ref))?.type, 'deleted')
      assert.deepEqual(await log.append(eventOf('web')), E.left({ tag: 'Conflict', actual: deleted.sequence }))
      const again = right(await log.append(eventOf('web', { expected: deleted.sequence })))
      assert.deepEqual([created.sequence, deleted.sequence, again.sequence], [1, 2, 3])
    })

    it('keeps objects apart whose names look alike', async () => {
      const refs = [
        { group: '', resource: 'pods', namespace: 'a', name: 'b.c' },
        { group: '', resource: 'pods', namespace: 'a', name: 'b_c' },
        { group: 'core', resource: 'pods', namespace: 'a', name: 'b.c' },
        { group: 'a.b', resource: 'pods', namespace: 'a', name: 'system:*>' },
        { group: '', resource: 'namespaces', namespace: '', name: 'a' },
        { group: '', resource: 'namespaces', namespace: '-', name: 'a' },
      ]
      for (const ref of refs) right(await log.append(eventOf('', { ref })))
      for (const [i, ref] of refs.entries()) {
        const last = right(await log.last(ref))
        assert.deepEqual([last?.sequence, last?.ref], [i + 1, ref])
      }
    })

    it('keeps objects with names of any length, or refuses them by a word, and stays connected', async () => {
      for (const length of [253, 401, 4_000])
        for (const unit of ['a', '.', 'é']) {
          const ref = { group: 'g', resource: 'roles', namespace: 'default', name: unit.repeat(length) }
          const first = right(await log.append(eventOf('', { ref })))
          const second = right(await log.append(eventOf('', { ref, type: 'deleted', expected: first.sequence })))
          const last = right(await log.last(ref))
          assert.deepEqual([last?.sequence, last?.ref, last?.previous], [second.sequence, ref, first.sequence])
          assert.deepEqual(right(await log.get(first.sequence))?.ref, ref)
        }
      const { last } = right(await log.bounds())
      const ref = { group: 'g', resource: 'roles', namespace: 'default', name: 'x'.repeat(2_000_000) }
      const outcome = await log.append(eventOf('', { ref }))
      assert.ok(E.isRight(outcome) || outcome.left.tag === 'Rejected', JSON.stringify(outcome).slice(0, 200))
      assert.equal((await take(log.range(1, last))).length, last, 'all of them are read')
      right(await log.append(eventOf('after')))
    })

    it('rolls heartbeats up, and leaves gaps that readers step over', async () => {
      let expected = 0
      for (let i = 0; i < 5; i++) {
        expected = right(await log.append(eventOf('lease', { expected, rollup: true }))).sequence
        right(await log.append(eventOf(`pod-${i}`)))
      }
      const sequences = (await take(log.range(1, 100))).map(({ sequence }) => sequence)
      assert.deepEqual(sequences, [2, 4, 6, 8, 9, 10])
      assert.equal(right(await log.get(1)), undefined)
      assert.equal(right(await log.get(9))?.rollup, true)
      assert.equal(right(await log.get(10))?.rollup, undefined)
      assert.deepEqual(right(await log.bounds()), { first: 2, last: 10, watermark: 0 })
      assert.deepEqual(
        (await take(log.range(3, 7))).map(({ sequence }) => sequence),
        [4, 6],
      )
      assert.deepEqual(
        (await take(log.range(7, 7))).map(({ sequence }) => sequence),
        [],
      )
      assert.deepEqual(
        (await take(log.follow(7, new AbortController().signal), 3)).map(({ sequence }) => sequence),
        [8, 9, 10],
      )
    })

    it('takes many at once, each with its own outcome', async () => {
      const seen = new Map<number, number>()
      for (let round = 0; round < 3; round++) {
        const outcomes = await Promise.all(
          Array.from({ length: 40 }, (_, i) => {
            // Every tenth writer has seen something else than what is there.
            const expected = (seen.get(i) ?? 0) + (i % 10 === 9 ? 1_000 : 0)
            return log.append(eventOf(`lease-${i}`, { expected, rollup: true }))
          }),
        )
        outcomes.forEach((outcome, i) => {
          if (i % 10 === 9) assert.deepEqual(outcome, E.left({ tag: 'Conflict', actual: 0 }))
          else seen.set(i, right(outcome).sequence)
        })
      }
      const kept = await take(log.range(1, 1000))
      assert.deepEqual(
        kept.map(({ ref, sequence }) => [ref.name, sequence]),
        [...seen].sort(([, a], [, b]) => a - b).map(([i, sequence]) => [`lease-${i}`, sequence]),
      )
      assert.equal(right(await log.bounds()).last, 3 * 36)
    })

    it('refuses what it could never keep', async () => {
      const ofSize = (bytes: number, name: string): Buffer =>
        Buffer.from(JSON.stringify({ metadata: { name }, filler: 'x'.repeat(bytes) }))
      const refused = await log.append(eventOf('big', { body: ofSize(8 * 1024 * 1024, 'big') }))
      assert.ok(E.isLeft(refused))
      assert.equal(refused.left.tag, 'Rejected')
      right(await log.append(eventOf('three', { body: ofSize(3 * 1024 * 1024, 'three') })))
    })

    it('follows from any sequence: what is there, then what comes', async () => {
      for (let i = 1; i <= 300; i++) right(await log.append(eventOf(`pod-${i}`)))
      for (const from of [1, 150, 300, 301]) {
        const stop = new AbortController()
        const following = take(log.follow(from, stop.signal), 310 - from + 1)
        const last = right(await log.bounds()).last
        if (from === 1) for (let i = 301; i <= 310; i++) right(await log.append(eventOf(`pod-${i}`)))
        assert.ok(last >= 300)
        const sequences = (await following).map(({ sequence }) => sequence)
        assert.deepEqual(
          sequences,
          Array.from({ length: 310 - from + 1 }, (_, i) => from + i),
        )
      }
    })

    it('ends following when told to', async () => {
      right(await log.append(eventOf('web')))
      const stop = new AbortController()
      const read: number[] = []
      for await (const events of log.follow(1, stop.signal)) {
        read.push(...events.map(({ sequence }) => sequence))
        stop.abort()
      }
      assert.deepEqual(read, [1])
      assert.deepEqual(await take(log.follow(1, AbortSignal.abort())), [])
    })

    it('lets one of 64 concurrent writers of an object win each round', async () => {
      let expected = 0
      for (let round = 0; round < 5; round++) {
        const seen = expected
        const outcomes = await Promise.all(
          Array.from({ length: 64 }, () => log.append(eventOf('contended', { expected: seen }))),
        )
        const won = outcomes.filter(E.isRight)
        assert.equal(won.length, 1)
        const winner = won[0]?.right.sequence ?? 0
        for (const outcome of outcomes)
          if (E.isLeft(outcome)) assert.deepEqual(outcome.left, { tag: 'Conflict', actual: winner })
        expected = winner
      }
      const names = (await take(log.range(1, 1000))).map(({ ref, sequence }) => `${sequence} ${ref.name}`)
      assert.deepEqual(
        names,
        [1, 2, 3, 4, 5].map(sequence => `${sequence} contended`),
      )
    })

    it('gives writers of many objects one order', async () => {
      const outcomes = await Promise.all(Array.from({ length: 200 }, (_, i) => log.append(eventOf(`pod-${i}`))))
      const sequences = outcomes.map(outcome => right(outcome).sequence)
      assert.deepEqual(
        sequences.toSorted((a, b) => a - b),
        Array.from({ length: 200 }, (_, i) => i + 1),
      )
      for (const event of await take(log.range(1, 200)))
        assert.equal(sequences[Number(event.ref.name.slice('pod-'.length))], event.sequence)
    })

    appendAllCases(() => log)
  })
}

export { foreignMessages } from './contract/junk.ts'
export type { ForeignMessage } from './contract/junk.ts'
export { eventLogFaultContract } from './contract/faults.ts'
export type { FaultyLog } from './contract/faults.ts'
export { recordStreamContract } from './contract/record-stream-contract.ts'
export type { RecordsUnderTest } from './contract/record-stream-contract.ts'
export { compactionContract } from './contract/compaction-contract.ts'
export type { CompactableLog } from './contract/compaction-contract.ts'
export { blobsContract } from './contract/blobs-contract.ts'
export type { BlobsUnderTest } from './contract/blobs-contract.ts'
export { keyStoreContract } from './contract/key-store-contract.ts'
export type { KeysUnderTest } from './contract/key-store-contract.ts'
