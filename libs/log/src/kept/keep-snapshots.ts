import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { Bus } from '@periplus/bus'
import { DamagedBlob } from '../blobs/blobs.ts'
import type { Blobs, BlobsUnavailable } from '../blobs/blobs.ts'
import { objectStoreBlobs } from '../blobs/object-store-blobs.ts'
import type { Sequence } from '../event.ts'
import { ourSnapshots } from './our-snapshots.ts'
import type { FoundSnapshots } from './our-snapshots.ts'
import { takeSnapshot } from './snapshots.ts'
import type { SnapshotBlob } from './snapshots.ts'

/** When snapshots are taken, and how many are kept. */
export interface SnapshotPolicy {
  /** Events since the last one; and where that has more objects than this, as many. */
  readonly every: number
  /** At least 2: where one is damaged, the one before it is taken. The watermark's own one is kept besides. */
  readonly keep: number
}

/** Takes snapshots of a log. One at a time, and nobody else beside it. */
export interface KeptSnapshots {
  /** Of this log. */
  newest(): Promise<Either<BlobsUnavailable, SnapshotBlob | undefined>>
  /** Takes one where it is time; `undefined` where it is not. */
  step(): Promise<Either<BlobsUnavailable, SnapshotBlob | undefined>>
  /** Takes one at this sequence. */
  takeAt(sequence: Sequence): Promise<Either<BlobsUnavailable, SnapshotBlob>>
}

export interface KeepSnapshots {
  readonly bus: Pick<Bus, 'jetstream'>
  readonly policy: SnapshotPolicy
  readonly stream?: string
  readonly blobs?: Blobs
  readonly onDamaged?: (damage: Error) => void
}

/** Takes a snapshot of the log whenever enough has happened since the last one, and removes the oldest. */
export const keepSnapshots = ({
  bus,
  policy,
  stream = 'OBJECTS',
  blobs = objectStoreBlobs(bus, stream),
  onDamaged = () => undefined,
}: KeepSnapshots): KeptSnapshots => {
  const { jetstream } = bus
  const source = { blobs, read: (from: number, to: number) => jetstream.read({ stream, from, to }) }

  const takeFrom = async (
    [before, ...earlier]: readonly SnapshotBlob[],
    to: Sequence,
    watermark: Sequence,
  ): Promise<Either<BlobsUnavailable, SnapshotBlob>> => {
    if (!before && watermark > 0)
      return E.left({ tag: 'Unavailable', message: `no snapshot is whole, and the log begins after ${watermark}` })
    try {
      return await takeSnapshot(source, before, to)
    } catch (error) {
      if (!before || !(error instanceof DamagedBlob)) throw error
      onDamaged(error)
      return takeFrom(earlier, to, watermark)
    }
  }
  const takeBeside = async (
    { ours, watermark }: FoundSnapshots,
    sequence: Sequence,
  ): Promise<Either<BlobsUnavailable, SnapshotBlob>> => {
    const same = ours.find(one => one.sequence === sequence)
    if (same) return E.right(same)
    const swept = await blobs.sweep()
    if (E.isLeft(swept)) return swept
    return takeFrom(
      ours.filter(one => one.sequence < sequence),
      sequence,
      watermark,
    )
  }
  const takeAt: KeptSnapshots['takeAt'] = async sequence => {
    const found = await ourSnapshots({ jetstream, stream, blobs })
    return E.isLeft(found) ? found : takeBeside(found.right, sequence)
  }
  return {
    newest: async () => {
      const found = await ourSnapshots({ jetstream, stream, blobs })
      return E.isLeft(found) ? found : E.right(found.right.ours[0])
    },
    takeAt,
    step: async () => {
      const found = await ourSnapshots({ jetstream, stream, blobs })
      if (E.isLeft(found)) return found
      const { state, ours, others, watermark } = found.right
      const enough = Math.max(policy.every, ours[0]?.objects ?? 0)
      if (state.lastSequence - (ours[0]?.sequence ?? 0) < enough) return E.right(undefined)
      const taken = await takeBeside(found.right, state.lastSequence)
      if (E.isLeft(taken)) return taken
      const old = ours.slice(policy.keep - 1).filter(({ sequence }) => sequence !== watermark)
      // The one of the watermark before may still be read.
      const before = others.find(({ sequence }) => sequence < watermark)
      for (const { blob } of [...old, ...others.filter(one => one !== before)]) {
        const removed = await blobs.remove(blob.name)
        if (E.isLeft(removed)) return removed
      }
      return taken
    },
  }
}
