import { lstat } from 'node:fs/promises'
import { openPlainFile } from '../files/open-plain-file.ts'
import { fileId, isSameFile } from './file-id.ts'
import { gunzipped } from './gzip-file.ts'
import type { ChainLink } from './log-files.ts'

const newline = 0x0a
const space = 0x20
const piece = 0x50
const block = 64 * 1024
/** Longer than what stands before an entry's text. */
const headLength = 64

type ReadAt = (from: number, length: number) => Promise<Buffer>

/** Which lines are looked for from the end of a file on. */
export interface Search {
  readonly missing: number
  /** Nothing was seen behind the file: a line without an end there is one, and no piece of one. */
  readonly isNewest: boolean
}

/** How far the search came: where the lines begin, or the beginning of the file and what is looked for before it. */
export interface Searched extends Search {
  readonly offset: number
  readonly isFound: boolean
}

/** Looks for lines in `size` bytes of entries. A runtime that is told to reopen a log may leave a line's pieces in both files. */
export const lastLines = async (read: ReadAt, size: number, { missing, isNewest }: Search): Promise<Searched> => {
  let state: Searched = { offset: size, missing, isNewest, isFound: false }
  let behind: Buffer = Buffer.alloc(0)
  for (let end = size; end > 0 && !state.isFound;) {
    const from = Math.max(0, end - block)
    const bytes = Buffer.concat([await read(from, end - from), behind])
    for (let at = end - from - 1; at >= 0 && !state.isFound; at--)
      if (bytes[at] === newline && from + at + 1 < size) state = before(state, from + at + 1, bytes.subarray(at + 1))
    if (from === 0 && !state.isFound) state = before(state, 0, bytes)
    behind = bytes.subarray(0, headLength)
    end = from
  }
  return state
}

/** One entry further to the beginning, unless that is the end of a line that is not wanted. */
const before = (state: Searched, start: number, entry: Buffer): Searched => {
  const endsLine = state.isNewest || !isPiece(entry)
  if (endsLine && state.missing === 0) return { ...state, isFound: true }
  return { ...state, offset: start, isNewest: false, missing: state.missing - (endsLine ? 1 : 0) }
}

/** `<time> <stream> P <text>` */
const isPiece = (entry: Buffer): boolean => {
  const stream = entry.indexOf(space) + 1
  const tag = entry.indexOf(space, stream) + 1
  return stream > 0 && tag > 0 && tag < headLength && entry[tag] === piece
}

/** The same in a file of a log, however it lies there; `undefined` where it lies there no longer. */
export const lastLinesOf = async (
  { path, id, isCompressed }: ChainLink,
  search: Search,
): Promise<Searched | undefined> => {
  if (isCompressed) {
    if (!(await lstat(path).catch(() => undefined))) return undefined
    const parts: Buffer[] = []
    for await (const part of gunzipped(path, 0)) parts.push(Buffer.from(part))
    const bytes = Buffer.concat(parts)
    return lastLines(async (from, length) => bytes.subarray(from, from + length), bytes.length, search)
  }
  const file = await openPlainFile(path)
  if (!file) return undefined
  try {
    const found = await file.stat()
    if (!isSameFile(fileId(found), id)) return undefined
    const read: ReadAt = async (from, length) => {
      const buffer = Buffer.alloc(length)
      const { bytesRead } = await file.read(buffer, 0, length, from)
      return buffer.subarray(0, bytesRead)
    }
    return await lastLines(read, found.size, search)
  } finally {
    await file.close()
  }
}
