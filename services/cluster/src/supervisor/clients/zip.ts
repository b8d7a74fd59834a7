import { inflateRawSync } from 'node:zlib'

const centralEntry = 0x02014b50
const endOfDirectory = 0x06054b50

/**
 * One file out of a zip archive (PKWARE APPNOTE 4.3, without zip64 and encryption); `undefined` when it isn't in there.
 * Throws on an archive that is damaged or uses another compression than deflate.
 */
export const unzipOne = (archive: Buffer, name: string): Buffer | undefined => {
  const end = archive.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]))
  if (end < 0 || archive.readUInt32LE(end) !== endOfDirectory) throw new Error('not a zip archive')
  let offset = archive.readUInt32LE(end + 16)
  for (let left = archive.readUInt16LE(end + 10); left > 0; left--) {
    if (archive.readUInt32LE(offset) !== centralEntry) throw new Error('a damaged zip archive')
    const method = archive.readUInt16LE(offset + 10)
    const packedSize = archive.readUInt32LE(offset + 20)
    const nameLength = archive.readUInt16LE(offset + 28)
    const local = archive.readUInt32LE(offset + 42)
    if (archive.toString('utf8', offset + 46, offset + 46 + nameLength) === name) {
      const start = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28)
      const packed = archive.subarray(start, start + packedSize)
      if (method === 0) return packed
      if (method === 8) return inflateRawSync(packed)
      throw new Error(`zip compression ${method} is not supported`)
    }
    offset += 46 + nameLength + archive.readUInt16LE(offset + 30) + archive.readUInt16LE(offset + 32)
  }
  return undefined
}
