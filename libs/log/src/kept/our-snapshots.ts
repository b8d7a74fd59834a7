import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { JetStream, StreamState } from '@periplus/bus'
import type { Blobs, BlobsUnavailable } from '../blobs/blobs.ts'
import { eventOf } from '../encoding/read-event.ts'
import type { Upcaster } from '../encoding/upcasting.ts'
import type { Sequence } from '../event.ts'
import { watermarkOf } from '../jetstream/watermark.ts'
import { snapshotsIn } from './snapshots.ts'
import type { SnapshotBlob } from './snapshots.ts'

export interface OurSnapshots {
  readonly jetstream: JetStream
  readonly stream: string
  readonly blobs: Blobs
  readonly upcasters?: readonly Upcaster[]
}

export interface FoundSnapshots {
  readonly state: StreamState
  readonly watermark: Sequence
  /** Of this log, from its watermark on; the newest first. */
  readonly ours: readonly SnapshotBlob[]
  readonly others: readonly SnapshotBlob[]
}

/**
 * Which snapshots are of this log: their store may outlive a log that was deleted, or that lost its end. Of the watermark's own one it is
 * known; the others name an event that the log must have.
 */
export const ourSnapshots = async ({
  jetstream,
  stream,
  blobs,
  upcasters,
}: OurSnapshots): Promise<Either<BlobsUnavailable, FoundSnapshots>> => {
  const found = await snapshotsIn(blobs)
  if (E.isLeft(found)) return found
  const state = await jetstream.state(stream)
  if (E.isLeft(state)) return E.left({ tag: 'Unavailable', message: state.left.message })
  const watermark = watermarkOf(state.right)
  const isOurs = async ({ sequence, tip }: SnapshotBlob): Promise<boolean> => {
    if (sequence < watermark || sequence > state.right.lastSequence) return false
    if (sequence === watermark || !tip || tip.sequence <= watermark) return watermark > 0
    const message = await jetstream.message(stream, tip.sequence)
    if (E.isLeft(message) || !message.right) return false
    const event = eventOf(message.right, upcasters)
    return E.isRight(event) && event.right.id === tip.id
  }
  const [ours, others]: [SnapshotBlob[], SnapshotBlob[]] = [[], []]
  for (const snapshot of found.right) ((await isOurs(snapshot)) ? ours : others).push(snapshot)
  return E.right({ state: state.right, watermark, ours, others })
}
