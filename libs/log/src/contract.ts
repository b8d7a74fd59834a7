import assert from 'node:assert/strict'
import { E } from '@periplus/prelude'
import { appendAllCases } from './contract/append-all.ts'
import { concurrentWritersCases } from './contract/concurrent-writers.ts'
import { eventOf, right, take } from './contract/events.ts'
import { followingCases } from './contract/following.ts'
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

    it('refuses what it could never keep', async () => {
      const ofSize = (bytes: number, name: string): Buffer =>
        Buffer.from(JSON.stringify({ metadata: { name }, filler: 'x'.repeat(bytes) }))
      const refused = await log.append(eventOf('big', { body: ofSize(8 * 1024 * 1024, 'big') }))
      assert.ok(E.isLeft(refused))
      assert.equal(refused.left.tag, 'Rejected')
      right(await log.append(eventOf('three', { body: ofSize(3 * 1024 * 1024, 'three') })))
    })

    followingCases(() => log)
    concurrentWritersCases(() => log)
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
