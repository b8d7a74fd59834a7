import { E } from '@periplus/prelude'
import type { BlobInfo, Blobs } from '../blobs/blobs.ts'
import type { EventBatch, EventLog } from '../event-log.ts'
import { readMessages } from '../kept/message-file.ts'
import { ourSnapshots } from '../kept/our-snapshots.ts'
import type { OurSnapshots } from '../kept/our-snapshots.ts'
import type { MessageReader } from './message-reader.ts'

/** The events that a blob of messages has. */
export async function* eventsOf(reader: MessageReader, blobs: Blobs, blob: BlobInfo): AsyncGenerator<EventBatch> {
  for await (const messages of readMessages(blobs, blob)) yield reader.batch(messages)
}

/** The snapshots of the log as states to fold from. */
export const basesOf =
  (snapshots: OurSnapshots, reader: MessageReader): EventLog['bases'] =>
  async atMost => {
    const found = await ourSnapshots(snapshots)
    if (E.isLeft(found)) return found
    const { ours, watermark } = found.right
    // Who looked elsewhere for snapshots than they are taken to would else begin with nothing.
    if (ours.length === 0 && watermark > 0)
      return E.left({ tag: 'Unavailable', message: `no snapshot is there of the log at ${watermark} or later` })
    const fitting = ours.filter(({ sequence }) => sequence <= atMost)
    return E.right(
      fitting.map(snapshot => ({
        sequence: snapshot.sequence,
        events: eventsOf(reader, snapshots.blobs, snapshot.blob),
      })),
    )
  }
