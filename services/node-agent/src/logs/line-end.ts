import type { ChainLink } from './log-files.ts'
import { openPlainFile } from '../files/open-plain-file.ts'
import { gunzipped } from './gzip-file.ts'

const newline = 0x0a
const block = 64 * 1024

type ReadAt = (from: number, length: number) => Promise<Buffer>

/** Where the last `count` lines begin, counted from the end of `size` bytes, and how many of them there were. */
export const lastLines = async (
  read: ReadAt,
  size: number,
  count: number,
): Promise<{ readonly offset: number; readonly lines: number }> => {
  if (count === 0) return { offset: size, lines: 0 }
  let lines = 0
  // The newline at the very end closes the last line and begins none.
  for (let end = Math.max(0, size - 1); end > 0;) {
    const from = Math.max(0, end - block)
    const bytes = await read(from, end - from)
    for (let at = bytes.length - 1; at >= 0; at--)
      if (bytes[at] === newline && ++lines === count) return { offset: from + at + 1, lines }
    end = from
  }
  return { offset: 0, lines: size > 0 ? lines + 1 : 0 }
}

/** The same of a file of a log, however it lies there. */
export const lastLinesOf = async (
  { path, isCompressed }: ChainLink,
  count: number,
): Promise<{ readonly offset: number; readonly lines: number }> => {
  if (isCompressed) {
    const parts: Buffer[] = []
    for await (const part of gunzipped(path, 0)) parts.push(Buffer.from(part))
    const bytes = Buffer.concat(parts)
    return lastLines(async (from, length) => bytes.subarray(from, from + length), bytes.length, count)
  }
  const file = await openPlainFile(path)
  if (!file) return { offset: 0, lines: 0 }
  try {
    const read: ReadAt = async (from, length) => {
      const buffer = Buffer.alloc(length)
      const { bytesRead } = await file.read(buffer, 0, length, from)
      return buffer.subarray(0, bytesRead)
    }
    return await lastLines(read, (await file.stat()).size, count)
  } finally {
    await file.close()
  }
}
