import { E, sharedTurn } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { StoredMessage } from '@periplus/bus'
import type { BlobInfo, Blobs, BlobsUnavailable } from '../blobs/blobs.ts'
import { eventOf } from '../encoding/read-event.ts'
import type { Upcaster } from '../encoding/upcasting.ts'
import type { RecordedEvent, Sequence } from '../event.ts'
import { readMessages, writeMessages } from './message-file.ts'

/** The state at a sequence as a blob: the newest message of every object that lived then, in the log's order. */
export interface SnapshotBlob {
  readonly blob: BlobInfo
  readonly sequence: Sequence
  readonly objects: number
  /** The newest event by then that no later one takes away: by which the log is known that this is a snapshot of. */
  readonly tip: { readonly sequence: Sequence; readonly id: string } | undefined
}

const prefix = 'snapshot-'
/** With as many digits as any has, so that names are in the order of their numbers. */
export const padded = (sequence: Sequence): string => String(sequence).padStart(16, '0')

export const snapshotName = (sequence: Sequence): string => prefix + padded(sequence)

const snapshotOf = (blob: BlobInfo): SnapshotBlob | undefined => {
  const sequence = Number(blob.name.slice(prefix.length))
  if (!blob.name.startsWith(prefix) || !Number.isSafeInteger(sequence)) return undefined
  const { objects = '0', tip = '', id = '' } = blob.facts
  return {
    ...{ blob, sequence, objects: Number(objects) },
    tip: tip === '' ? undefined : { sequence: Number(tip), id },
  }
}

/** Which blobs are snapshots; the newest first. */
export const snapshotsAmong = (blobs: readonly BlobInfo[]): readonly SnapshotBlob[] =>
  blobs.flatMap(blob => snapshotOf(blob) ?? []).sort((a, b) => b.sequence - a.sequence)

/** The newest first. */
export const snapshotsIn = async (blobs: Blobs): Promise<Either<BlobsUnavailable, readonly SnapshotBlob[]>> =>
  E.map(snapshotsAmong)(await blobs.list())

/** What has become of objects since a snapshot: the newest message of each, in the log's order; `undefined` for what is gone. */
interface Delta {
  readonly newest: Map<string, StoredMessage | undefined>
  bytes: number
  tip: SnapshotBlob['tip']
}

const note = (delta: Delta, message: StoredMessage, { type, rollup, sequence, id }: RecordedEvent): void => {
  const { subject, data } = message
  const before = delta.newest.get(subject)
  delta.bytes += (type === 'deleted' ? 0 : data.length) - (before?.data.length ?? 0)
  delta.newest.delete(subject)
  // Its data is a view into what came from the socket.
  delta.newest.set(subject, type === 'deleted' ? undefined : { ...message, data: Uint8Array.from(data) })
  if (!rollup) delta.tip = { sequence, id }
}

/** What a snapshot is made of. */
export interface SnapshotSource {
  readonly blobs: Blobs
  /** Messages of the log's stream, both ends included. */
  readonly read: (from: Sequence, to: Sequence) => AsyncIterable<readonly StoredMessage[]>
  readonly upcasters?: readonly Upcaster[]
}

/** Bytes of changes that are held before they are written, as a snapshot that is not the last one yet. */
const mostHeld = 64 * 1024 * 1024

async function* merged(
  blobs: Blobs,
  before: SnapshotBlob | undefined,
  { newest }: Delta,
  count: (objects: number) => void,
): AsyncGenerator<readonly StoredMessage[]> {
  if (before)
    for await (const messages of readMessages(blobs, before.blob)) {
      const kept = messages.filter(({ subject }) => !newest.has(subject))
      count(kept.length)
      yield kept
    }
  const changed = [...newest.values()].filter(message => message !== undefined)
  count(changed.length)
  yield changed
}

/**
 * Takes the snapshot at `to`, from the one before it and the messages since. Throws `DamagedBlob` where that one is damaged: then from an
 * earlier one, or from the log's beginning.
 */
export const takeSnapshot = async (
  { blobs, read, upcasters }: SnapshotSource,
  before: SnapshotBlob | undefined,
  to: Sequence,
): Promise<Either<BlobsUnavailable, SnapshotBlob>> => {
  const from = before?.sequence ?? 0
  const delta: Delta = { newest: new Map(), bytes: 0, tip: before?.tip }
  let at = to
  reading: for await (const messages of read(from + 1, to))
    for (const message of messages) {
      if (sharedTurn.isOver()) await sharedTurn.next()
      const event = eventOf(message, upcasters)
      if (E.isRight(event)) note(delta, message, event.right)
      if (delta.bytes < mostHeld) continue
      at = message.sequence
      break reading
    }
  let objects = 0
  const kept = merged(blobs, before, delta, more => (objects += more))
  const written = await writeMessages(blobs, snapshotName(at), kept, () => ({
    objects: String(objects),
    ...(delta.tip ? { tip: String(delta.tip.sequence), id: delta.tip.id } : {}),
  }))
  if (E.isLeft(written)) return written
  const taken = snapshotOf(written.right) as SnapshotBlob
  if (at === to) return E.right(taken)
  const next = await takeSnapshot({ blobs, read, ...(upcasters ? { upcasters } : {}) }, taken, to)
  await blobs.remove(taken.blob.name)
  return next
}
