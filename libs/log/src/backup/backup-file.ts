import { open, rename, rm } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { E, messageOf } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { DamagedBlob } from '../blobs/blobs.ts'
import type { BlobInfo, Blobs } from '../blobs/blobs.ts'
import { asWritten } from '../blobs/digest-chunks.ts'
import type { Sequence } from '../event.ts'

/** The backup that another one begins with. */
export interface BackupBase {
  readonly sequence: Sequence
  /** Of its blob. */
  readonly digest: string
}

/** What a backup says of itself. */
export interface BackupAbout {
  readonly blob: BlobInfo
  /** Present where it has only what changed since that one. */
  readonly since?: BackupBase
  /** What was backed up, in its writer's words. */
  readonly about: Readonly<Record<string, unknown>>
}

/** Two of the same length: who knows of whole ones only takes the other for none. */
const marks = { whole: Buffer.from('periplus-backup/1\n'), changes: Buffer.from('periplus-change/1\n') } as const
const markBytes = marks.whole.length
const lengthBytes = 4

const lengthOf = (length: number): Buffer => {
  const bytes = Buffer.alloc(lengthBytes)
  bytes.writeUInt32LE(length)
  return bytes
}

/**
 * A blob as one file: the mark, each chunk behind its length, a length of 0, and what the backup says of itself as JSON. Nobody else may read
 * it; it comes into being whole.
 */
export const writeBackup = async (
  path: string,
  blobs: Blobs,
  blob: BlobInfo,
  about: BackupAbout['about'],
  since?: BackupBase,
): Promise<void> => {
  const begun = `${path}.begun`
  const file = await open(begun, 'w', 0o600)
  try {
    await file.writeFile(since ? marks.changes : marks.whole)
    for await (const chunk of blobs.read(blob)) {
      await file.writeFile(lengthOf(chunk.length))
      await file.writeFile(chunk)
    }
    await file.writeFile(lengthOf(0))
    const { name, chunks, bytes, digest, facts } = blob
    await file.writeFile(JSON.stringify({ blob: { name, chunks, bytes, digest, facts }, about, since }))
    await file.sync()
  } catch (error) {
    await rm(begun, { force: true })
    throw error
  } finally {
    await file.close()
  }
  await rename(begun, path)
}

const bytesAt = async (file: FileHandle, position: number, length: number): Promise<Buffer> => {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position)
  if (bytesRead !== length) throw new DamagedBlob('the file ends too early')
  return buffer
}

/** The sequence at which a backup is, by its blob's name, such as `snapshot-0000000000000012`. */
export const sequenceOfBackup = ({ name }: Pick<BlobInfo, 'name'>): Sequence =>
  Number(name.slice(name.lastIndexOf('-') + 1))

/** A backup that is being read. */
export interface OpenBackup extends BackupAbout {
  /** All chunks, in order; throws `DamagedBlob` at the latest after the last one where they are not what was written. */
  chunks(): AsyncIterable<Uint8Array>
  close(): Promise<void>
}

async function* chunksOf(file: FileHandle, places: readonly (readonly [number, number])[]): AsyncGenerator<Uint8Array> {
  for (const [position, length] of places) yield bytesAt(file, position, length)
}

/** Left: why a file is no backup. Its chunks are checked when they are read. */
export const openBackup = async (path: string): Promise<Either<string, OpenBackup>> => {
  const file = await open(path, 'r').catch((error: Error) => error)
  if (file instanceof Error) return E.left(file.message)
  try {
    const { size } = await file.stat()
    const mark = await bytesAt(file, 0, markBytes)
    if (!mark.equals(marks.whole) && !mark.equals(marks.changes)) throw new DamagedBlob('it is no backup of Periplus')
    const places: (readonly [number, number])[] = []
    let position = markBytes
    for (;;) {
      const length = (await bytesAt(file, position, lengthBytes)).readUInt32LE()
      position += lengthBytes
      if (length === 0) break
      places.push([position, length])
      position += length
    }
    const { blob, about, since } = JSON.parse(
      (await bytesAt(file, position, size - position)).toString(),
    ) as BackupAbout
    if (mark.equals(marks.changes) !== (since !== undefined)) throw new DamagedBlob('it is not what was written')
    return E.right({
      ...{ blob, about, ...(since ? { since } : {}) },
      chunks: () => asWritten(blob, chunksOf(file, places)),
      close: () => file.close(),
    })
  } catch (error) {
    await file.close()
    return E.left(messageOf(error))
  }
}
