import { crc32 } from 'node:zlib'

/** A frame of the stream of lines, as it is kept on disk. */
export interface KeptFrame {
  readonly position: number
  /** Milliseconds since the epoch when the stream got it. */
  readonly storedAt: number
  readonly bytes: Uint8Array
}

/** Length and checksum of four bytes, position and time of eight; the checksum is that of all that follows it, and of the frame. */
const headBytes = 24

/** A frame as it stands in a segment. */
export const encodedRecord = ({ position, storedAt, bytes }: KeptFrame): Buffer => {
  const record = Buffer.concat([Buffer.alloc(headBytes), bytes])
  record.writeUInt32BE(bytes.length, 0)
  record.writeDoubleBE(position, 8)
  record.writeDoubleBE(storedAt, 16)
  record.writeUInt32BE(crc32(record.subarray(8)), 4)
  return record
}

export interface SegmentContent {
  readonly frames: readonly KeptFrame[]
  /** Nothing else stands in it: it was written whole, and not changed since. */
  readonly isWhole: boolean
}

/** What stands in a segment, as far as it is what was written. */
export const segmentContent = (segment: Buffer): SegmentContent => {
  const frames: KeptFrame[] = []
  let at = 0
  while (at + headBytes <= segment.length) {
    const end = at + headBytes + segment.readUInt32BE(at)
    if (end > segment.length || crc32(segment.subarray(at + 8, end)) !== segment.readUInt32BE(at + 4)) break
    frames.push({
      position: segment.readDoubleBE(at + 8),
      storedAt: segment.readDoubleBE(at + 16),
      bytes: segment.subarray(at + headBytes, end),
    })
    at = end
  }
  return { frames, isWhole: at === segment.length }
}
