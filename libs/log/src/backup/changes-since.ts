import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { JetStream, StoredMessage, StreamState } from '@periplus/bus'
import { DamagedBlob } from '../blobs/blobs.ts'
import type { BlobInfo, Blobs, BlobsUnavailable } from '../blobs/blobs.ts'
import { eventOf } from '../encoding/read-event.ts'
import type { Sequence } from '../event.ts'
import { watermarkOf } from '../jetstream/watermark.ts'
import { readMessages, writeMessages } from '../kept/message-file.ts'
import { padded } from '../kept/snapshots.ts'
import type { SnapshotBlob } from '../kept/snapshots.ts'
import { sequenceOfBackup } from './backup-file.ts'
import type { BackupAbout } from './backup-file.ts'

const zipped = promisify(gzip)
const unzipped = promisify(gunzip)
/** Of the sequences that stay, unpacked: eight bytes for each object. */
const mostUnzipped = 256 * 1024 * 1024

/** What of a state has changed since an earlier one. */
export interface Changes {
  /** The newest messages of what was written since, in the log's order. */
  readonly messages: AsyncIterable<readonly StoredMessage[]>
  /** Sequences of what has stayed as it was. */
  readonly kept: () => Promise<ReadonlySet<Sequence>>
}

/**
 * Why what has changed since a backup cannot be told. That it is of this log is known by an event that it names, and only as long as the log has
 * that: sequences alone would be those of any log.
 */
export const whyNoChanges = async (
  jetstream: JetStream,
  stream: string,
  state: StreamState,
  { blob }: Pick<BackupAbout, 'blob'>,
): Promise<Either<BlobsUnavailable, string | undefined>> => {
  const { tip, id } = blob.facts
  const sequence = sequenceOfBackup(blob)
  if (sequence > state.lastSequence) return E.right(`it goes up to ${sequence}, and the log to ${state.lastSequence}`)
  const watermark = watermarkOf(state)
  if (tip === undefined || Number(tip) <= watermark)
    return E.right(
      `the log has been compacted up to ${watermark}, so that it cannot be known any more to be of this log`,
    )
  const message = await jetstream.message(stream, Number(tip))
  if (E.isLeft(message)) return E.left({ tag: 'Unavailable', message: message.left.message })
  const event = message.right && eventOf(message.right)
  return E.right(event && E.isRight(event) && event.right.id === id ? undefined : 'it is of another log')
}

/** Writes what of a state has changed since a sequence: a message file, and behind its chunks the sequences of what has not, of which nothing else is there. */
export const writeChanges = async (
  blobs: Blobs,
  { blob, sequence }: SnapshotBlob,
  since: Sequence,
): Promise<Either<BlobsUnavailable, BlobInfo>> => {
  const kept: Sequence[] = []
  async function* changed(): AsyncGenerator<readonly StoredMessage[]> {
    for await (const messages of readMessages(blobs, blob)) {
      for (const message of messages) if (message.sequence <= since) kept.push(message.sequence)
      yield messages.filter(message => message.sequence > since)
    }
  }
  const written = await writeMessages(blobs, `changed-${padded(sequence)}`, changed())
  if (E.isLeft(written)) return written
  async function* both(file: BlobInfo): AsyncGenerator<Uint8Array> {
    yield* blobs.read(file)
    yield zipped(Buffer.from(Float64Array.from(kept).buffer))
  }
  return blobs.write(`changes-${padded(sequence)}`, both(written.right), () => blob.facts)
}

const sequencesIn = async (chunk: Uint8Array | undefined): Promise<ReadonlySet<Sequence>> => {
  try {
    const bytes = await unzipped(chunk ?? Buffer.alloc(0), { maxOutputLength: mostUnzipped })
    return new Set(new Float64Array(Uint8Array.prototype.slice.call(bytes).buffer as ArrayBuffer))
  } catch {
    throw new DamagedBlob('what has stayed cannot be read')
  }
}

/** The two parts of what `writeChanges` wrote, the messages by way of `scratch`. Throws `DamagedBlob`. */
export const openChanges = async (
  scratch: Blobs,
  chunks: AsyncIterable<Uint8Array>,
): Promise<Either<BlobsUnavailable, Changes>> => {
  let last: Uint8Array | undefined
  async function* butLast(): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      if (last) yield last
      last = chunk
    }
  }
  const file = await scratch.write('changed', butLast())
  if (E.isLeft(file)) return file
  return E.right({ messages: readMessages(scratch, file.right), kept: () => sequencesIn(last) })
}
