import { putCount } from './row-writer.ts'

/** Bytes that grow as they are written to. Whole numbers are written seven bits at a time, the lowest first (LEB128). */
export interface ByteWriter {
  readonly length: number
  byte(value: number): void
  /** A whole number from 0 to 2^53 - 1. */
  count(value: number): void
  /** Its length, then its UTF-8. */
  text(value: string): void
  /** What has been written; a view that the next write may change. */
  view(): Buffer
}

export const byteWriter = (initialBytes = 4096): ByteWriter => {
  let buffer = Buffer.allocUnsafe(initialBytes)
  let length = 0
  const room = (more: number): void => {
    if (length + more <= buffer.length) return
    const larger = Buffer.allocUnsafe(Math.max(buffer.length * 2, length + more))
    buffer.copy(larger, 0, 0, length)
    buffer = larger
  }
  const count = (value: number): void => {
    room(8)
    length = putCount(buffer, length, value)
  }
  return {
    get length() {
      return length
    },
    byte: value => {
      room(1)
      buffer[length++] = value
    },
    count,
    text: value => {
      const size = Buffer.byteLength(value)
      count(size)
      room(size)
      length += buffer.write(value, length)
    },
    view: () => buffer.subarray(0, length),
  }
}
