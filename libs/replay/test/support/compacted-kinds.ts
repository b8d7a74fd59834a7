import assert from 'node:assert/strict'
import { archiveTo, compactLog, keepSnapshots, objectStoreBlobs } from '@periplus/log'
import type { Blobs } from '@periplus/log'
import type { Bus } from '@periplus/bus'
import { right, stream } from './history-on-nats.ts'

const day = 86_400_000

/** Compacts the tests' log up to each of the sequences; `kinds` get parts of their own in the archive. */
export const compactedTo = async (
  bus: Bus,
  archive: Blobs,
  upTo: readonly number[],
  kinds: readonly string[],
  into: typeof archiveTo = archiveTo,
): Promise<void> => {
  for (const watermark of upTo) {
    const { lastSequence } = right(await bus.jetstream.state(stream))
    const compacted = await compactLog({
      ...{ bus, stream, least: 1, snapshots: keepSnapshots({ bus, stream, policy: { every: 1, keep: 2 } }) },
      retention: { milliseconds: Infinity, bytes: Infinity, events: lastSequence - watermark },
      now: () => Date.now() + day,
      archive: into(archive, objectStoreBlobs(bus, stream), kinds),
    })
    assert.equal(right(compacted)?.watermark, watermark)
  }
}
