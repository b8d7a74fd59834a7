import { createWriteStream } from 'node:fs'
import { lstat, rename, rm, utimes } from 'node:fs/promises'
import { Readable, pipeline } from 'node:stream'
import { pipeline as piped } from 'node:stream/promises'
import { crc32, createDeflateRaw } from 'node:zlib'
import { gunzippedBytes } from '@periplus/service'
import { openPlainFile } from '../files/open-plain-file.ts'
import { fileId } from './file-id.ts'
import type { FileId } from './file-id.ts'

/**
 * A gzip file (RFC 1952) that says in an extra field of its header, `PI`, which file it was before: who was reading that finds its
 * place again.
 */
const header = ({ inode, born }: FileId): Buffer => {
  const bytes = Buffer.alloc(headerLength)
  bytes.set([0x1f, 0x8b, 8, hasExtra])
  bytes.writeUInt16LE(headerLength - fieldAt, fieldAt - 2)
  bytes.set(fieldId, fieldAt)
  bytes.writeUInt16LE(headerLength - idAt, idAt - 2)
  bytes.writeBigUInt64LE(BigInt(inode), idAt)
  bytes.writeDoubleLE(born, idAt + 8)
  return bytes
}

const hasExtra = 4
const fieldId = Buffer.from('PI')
const fieldAt = 12
const idAt = 16
const headerLength = idAt + 16

/** What a compressed log was. */
export interface BeforeCompression {
  /** The file; absent where its header does not say. */
  readonly id?: FileId
  /** Bytes, modulo 4 GiB (RFC 1952: ISIZE). */
  readonly size: number
}

/** `undefined` where it cannot be read. */
export const beforeCompression = async (path: string): Promise<BeforeCompression | undefined> => {
  const file = await openPlainFile(path)
  if (!file) return undefined
  try {
    const bytes = Buffer.alloc(headerLength)
    const { bytesRead } = await file.read(bytes, 0, headerLength, 0)
    const says =
      bytesRead === headerLength && bytes[3] === hasExtra && bytes.subarray(fieldAt, fieldAt + 2).equals(fieldId)
    const trailer = Buffer.alloc(4)
    await file.read(trailer, 0, 4, Math.max(0, (await file.stat()).size - 4))
    const id = { inode: Number(bytes.readBigUInt64LE(idAt)), born: bytes.readDoubleLE(idAt + 8) }
    return { size: trailer.readUInt32LE(), ...(says ? { id } : {}) }
  } finally {
    await file.close()
  }
}

/** Puts `<file>.gz` in a file's place, if it is there to the end. Where there is no room for it, the file stays as it is. */
export const compressFile = async (file: string): Promise<void> => {
  const unfinished = `${file}.gz.tmp`
  // Of an agent that was killed.
  await rm(unfinished, { force: true })
  try {
    const log = await openPlainFile(file)
    if (!log) return
    const was = await log.stat()
    const compressed = Readable.from(gzipped(log.createReadStream(), fileId(was)))
    await piped(compressed, createWriteStream(unfinished, { flags: 'wx' }))
    await utimes(unfinished, was.atime, was.mtime)
    await lstat(file)
  } catch {
    await rm(unfinished, { force: true })
    return
  }
  await rename(unfinished, `${file}.gz`)
  await rm(file, { force: true })
}

async function* gzipped(plain: Readable, was: FileId): AsyncGenerator<Buffer> {
  let [crc, size] = [0, 0]
  const counted = async function* (): AsyncGenerator<Buffer> {
    for await (const chunk of plain as AsyncIterable<Buffer>) {
      crc = crc32(chunk, crc)
      size += chunk.length
      yield chunk
    }
  }
  // What fails is told by the iteration, too.
  const deflated = pipeline(Readable.from(counted()), createDeflateRaw(), () => undefined)
  try {
    yield header(was)
    yield* deflated as AsyncIterable<Buffer>
    const trailer = Buffer.alloc(8)
    trailer.writeUInt32LE(crc, 0)
    trailer.writeUInt32LE(size % 2 ** 32, 4)
    yield trailer
  } finally {
    deflated.destroy()
    plain.destroy()
  }
}

/** How the reading of a compressed log ended: with its end, or before it. */
export type Unzipped = 'Whole' | 'Gone' | 'Damaged'

/** What was in a compressed log, from `offset` on. */
export async function* gunzipped(path: string, offset: number): AsyncGenerator<Buffer, Unzipped> {
  const file = await openPlainFile(path)
  if (!file) return 'Gone'
  try {
    yield* gunzippedBytes(file.createReadStream(), offset)
    return 'Whole'
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error
    return 'Damaged'
  }
}
