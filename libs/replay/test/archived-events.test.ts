import assert from 'node:assert/strict'
import { E } from '@periplus/prelude'
import { memoryBlobs, trimArchive, withArchive } from '@periplus/log'
import type { Blobs } from '@periplus/log'
import { placeOf } from '../src/index.ts'
import { compactedTo } from './support/compacted-kinds.ts'
import { natsForTests, openLog, right } from './support/history-on-nats.ts'
import { everyKindsState, writeKinds } from './support/kinds-on-nats.ts'

describe('single events of an archive', function () {
  this.timeout(60_000)
  const suite = natsForTests()
  const opened = async (seed: number) => {
    const archive = memoryBlobs()
    let lists = 0
    const counted: Blobs = { ...archive, list: () => (lists++, archive.list()) }
    const log = await openLog(suite.bus)
    await writeKinds(log, seed, 100)
    const { events } = await everyKindsState(log)
    await compactedTo(suite.bus, archive, [20, 40, 60], [])
    return { archive, past: withArchive(log, counted), events, lists: () => lists }
  }

  it('are found without a look at all of it for each', async () => {
    const { archive, past, events, lists } = await opened(41)
    for (const { sequence, id } of events) assert.equal(right(await past.get(sequence))?.id, id)
    right(await placeOf(past, { tag: 'Time', milliseconds: Date.parse(events[30]?.time ?? '') }))
    assert.equal(lists(), 1)
    await compactedTo(suite.bus, archive, [80], [])
    for (const { sequence, id } of events) assert.equal(right(await past.get(sequence))?.id, id)
    assert.equal(lists(), 2)
  })

  it('are gone once they have gone, and what remains is found', async () => {
    const { archive, past, events } = await opened(42)
    assert.equal(right(await past.get(30))?.id, events[29]?.id)
    const bytes = right(await archive.list()).reduce((sum, blob) => sum + blob.bytes, 0)
    assert.equal(right(await trimArchive(archive, bytes - 1)), 1)
    // The newest of what lives on is in the state at the watermark, and not taken from what has gone.
    const changed = events.find(({ ref, sequence }) =>
      events.some(
        later =>
          later.sequence > sequence &&
          later.sequence <= 60 &&
          later.ref.name === ref.name &&
          later.ref.resource === ref.resource,
      ),
    )
    assert.ok(changed && changed.sequence <= 20)
    assert.deepEqual(await past.get(changed.sequence), E.left({ tag: 'Gone', first: 61 }))
    assert.equal(right(await past.get(31))?.id, events[30]?.id)
    assert.equal(right(await past.bounds()).first, 21)
  })
})
