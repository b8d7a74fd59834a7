import assert from 'node:assert/strict'
import { E } from '@periplus/prelude'
import type { RecordedEvent } from '../src/index.ts'
import { eventOf } from '../src/contract/events.ts'
import { appendAllTo } from '../src/jetstream/append-all.ts'
import { appendTo } from '../src/jetstream/append.ts'
import type { AppendDependencies } from '../src/jetstream/append.ts'

describe('an event that the log’s server says was written before', () => {
  const event = eventOf('one')
  const dependencies = (there: RecordedEvent | undefined): AppendDependencies => ({
    publish: async () => ({ tag: 'Stored', sequence: 5, duplicate: true }),
    newest: () => assert.fail('nothing was refused'),
    at: async () => E.right(there),
    maxBodyBytes: 1_000_000,
    below: async () => E.right(undefined),
  })
  const appended = (there: RecordedEvent | undefined, rollup?: true) =>
    appendTo(dependencies(there))({ ...event, ...(rollup ? { rollup } : {}) })
  const asBatch = (there: RecordedEvent | undefined) => appendAllTo(dependencies(there))([event])
  const stored: RecordedEvent = { ...event, sequence: 5 }

  it('counts where it is there', async () => {
    assert.deepEqual(await appended(stored), E.right({ sequence: 5, duplicate: true }))
    assert.deepEqual(await asBatch(stored), E.right({ sequences: [5], duplicate: true }))
  })

  it('does not count where another one is there, or none', async () => {
    for (const there of [{ ...stored, id: 'of another command' }, undefined])
      for (const result of [await appended(there), await asBatch(there)]) {
        assert.ok(E.isLeft(result))
        assert.equal(result.left.tag, 'Unavailable')
      }
  })

  it('counts where later ones take it away', async () =>
    assert.deepEqual(await appended(undefined, true), E.right({ sequence: 5, duplicate: true })))
})
