import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import { E, sharedTurn } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { StoredMessage } from '@periplus/bus'
import { DamagedBlob } from '../blobs/blobs.ts'
import type { BlobInfo, Blobs, BlobsUnavailable, FactsOf } from '../blobs/blobs.ts'
import { chunkOf, indexBytes, indexIn, numberOfSequence, subjectKey } from './message-index.ts'
import { messagesIn, recordOf } from './message-records.ts'

const zipped = promisify(gzip)
const unzipped = promisify(gunzip)

/** Bytes of records that go into a chunk, before it is compressed. A message may be larger than that, and has a chunk of its own. */
const chunkBytes = 512 * 1024
/** What an index may be at most, in a chunk as large as NATS takes. */
const mostUnzipped = 256 * 1024 * 1024

/** Messages in the log's order as chunks: each a gzip of records, the last one of the index. */
async function* chunksOf(source: AsyncIterable<readonly StoredMessage[]>): AsyncGenerator<Uint8Array> {
  const sequences: number[] = []
  const subjects: bigint[] = []
  const starts: number[] = []
  let records: Buffer[] = []
  let bytes = 0
  let number = 0
  const chunk = async (): Promise<Uint8Array> => {
    starts.push(number)
    number = sequences.length
    const packed = await zipped(Buffer.concat(records), { level: 1 })
    records = []
    bytes = 0
    return packed
  }
  for await (const messages of source)
    for (const message of messages) {
      if (sharedTurn.isOver()) await sharedTurn.next()
      const record = recordOf(message)
      if (bytes > 0 && bytes + record.length > chunkBytes) yield chunk()
      records.push(record)
      bytes += record.length
      sequences.push(message.sequence)
      subjects.push(subjectKey(message.subject))
    }
  if (records.length > 0) yield chunk()
  const index = {
    sequences: Float64Array.from(sequences),
    subjects: BigUint64Array.from(subjects),
    starts: Uint32Array.from(starts),
  }
  yield zipped(indexBytes(index), { level: 1 })
}

/** Writes messages, which come in the log's order, as a blob. */
export const writeMessages = (
  blobs: Blobs,
  name: string,
  messages: AsyncIterable<readonly StoredMessage[]>,
  facts?: FactsOf,
): Promise<Either<BlobsUnavailable, BlobInfo>> => blobs.write(name, chunksOf(messages), facts)

const unpacked = async ({ name }: BlobInfo, chunk: Uint8Array): Promise<Buffer> => {
  try {
    return await unzipped(chunk, { maxOutputLength: mostUnzipped })
  } catch {
    throw new DamagedBlob(`${name} is not what was written: a chunk cannot be unpacked`)
  }
}

const parsed = <A>({ name }: BlobInfo, read: () => A): A => {
  try {
    return read()
  } catch (error) {
    if (error instanceof RangeError) throw new DamagedBlob(`${name} is not what was written: ${error.message}`)
    throw error
  }
}

/** All messages of a message file. Throws `DamagedBlob` where it is not what was written, at the latest after the last one. */
export async function* readMessages(blobs: Blobs, blob: BlobInfo): AsyncGenerator<readonly StoredMessage[]> {
  let left = blob.chunks - 1
  let unpacking: Promise<Buffer> | undefined
  for await (const chunk of blobs.read(blob)) {
    // The one before is used while this one is being unpacked.
    const before = unpacking
    unpacking = left-- > 0 ? unpacked(blob, chunk) : undefined
    unpacking?.catch(() => undefined)
    if (before) {
      const bytes = await before
      yield parsed(blob, () => messagesIn(bytes))
    }
  }
}

/** A message file of which single messages are read. */
export interface OpenFile {
  /** Each is `undefined` where there is none. */
  bySequence(sequence: number): Promise<Either<BlobsUnavailable, StoredMessage | undefined>>
  /** The newest of all. */
  last(): Promise<Either<BlobsUnavailable, StoredMessage | undefined>>
  /** The newest of its subject. */
  bySubject(subject: string): Promise<Either<BlobsUnavailable, StoredMessage | undefined>>
}

/** Throws `DamagedBlob`, now and when it is read. */
export const openFile = async (blobs: Blobs, blob: BlobInfo): Promise<Either<BlobsUnavailable, OpenFile>> => {
  const last = await blobs.chunk(blob, blob.chunks - 1)
  if (E.isLeft(last)) return last
  if (!last.right) throw new DamagedBlob(`${blob.name} is not what was written: it has no index`)
  const bytes = await unpacked(blob, last.right)
  const index = parsed(blob, () => indexIn(bytes))
  let held: { readonly chunk: number; readonly messages: readonly StoredMessage[] } | undefined

  const numbered = async (number: number): Promise<Either<BlobsUnavailable, StoredMessage | undefined>> => {
    const chunk = chunkOf(index, number)
    if (held?.chunk !== chunk) {
      const packed = await blobs.chunk(blob, chunk)
      if (E.isLeft(packed)) return packed
      if (!packed.right) throw new DamagedBlob(`${blob.name} is not what was written: it has no chunk ${chunk}`)
      const records = await unpacked(blob, packed.right)
      held = { chunk, messages: parsed(blob, () => messagesIn(records)) }
    }
    const sequence = index.sequences[number]
    return E.right(held.messages.find(message => message.sequence === sequence))
  }
  return E.right({
    bySequence: async sequence => {
      const number = numberOfSequence(index, sequence)
      return number < 0 ? E.right(undefined) : numbered(number)
    },
    last: async () => (index.sequences.length === 0 ? E.right(undefined) : numbered(index.sequences.length - 1)),
    bySubject: async subject => {
      const key = subjectKey(subject)
      for (let at = index.subjects.lastIndexOf(key); at >= 0; at = index.subjects.lastIndexOf(key, at - 1)) {
        const found = await numbered(at)
        if (E.isLeft(found) || found.right?.subject === subject) return found
        if (at === 0) break
      }
      return E.right(undefined)
    },
  })
}
