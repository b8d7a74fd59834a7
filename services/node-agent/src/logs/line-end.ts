import type { FileHandle } from 'node:fs/promises'

const newline = 0x0a
const block = 64 * 1024

/** Where the last `count` lines begin, counted from the end of `size` bytes, and how many of them there were. */
export const lastLines = async (
  read: (from: number, length: number) => Promise<Buffer>,
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

export const readerOf =
  (file: FileHandle) =>
  async (from: number, length: number): Promise<Buffer> => {
    const buffer = Buffer.alloc(length)
    const { bytesRead } = await file.read(buffer, 0, length, from)
    return buffer.subarray(0, bytesRead)
  }

export const readerOfBytes =
  (bytes: Buffer) =>
  async (from: number, length: number): Promise<Buffer> =>
    bytes.subarray(from, from + length)
