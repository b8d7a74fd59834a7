import { entryParser } from './cri-entry.ts'
import type { CriEntry } from './cri-entry.ts'

export interface EntryVisitor {
  /** `after` is how many bytes of the log, from the cutter's beginning, the entry and everything before it took. */
  entry(entry: CriEntry, after: number): void
  /** Bytes that are no entry of CRI's format, up to the next newline. */
  unreadable(bytes: number, after: number): void
}

const newline = 0x0a

/** A runtime splits lines long before (containerd at 16 KiB): what is longer is no entry, and is not kept to find its end. */
const longestEntry = 1 << 20

/** Cuts bytes into the entries of one file; the unfinished end of what came so far is kept for the next bytes. */
export const entryCutter = (visitor: EntryVisitor) => {
  const parse = entryParser()
  let rest = Buffer.alloc(0)
  /** Of the log, before `rest`. */
  let consumed = 0
  /** So many bytes, which are not kept, were too long to be an entry, and so is what follows them up to the next newline. */
  let overlong = 0
  const line = (source: Buffer, start: number, end: number): void => {
    const entry = overlong > 0 || end - start > longestEntry ? undefined : parse(source, start, end)
    consumed += end + 1 - start
    if (entry) visitor.entry(entry, consumed)
    else visitor.unreadable(overlong + end + 1 - start, consumed)
    overlong = 0
  }
  return {
    take: (bytes: Buffer): void => {
      const all = rest.length === 0 ? bytes : Buffer.concat([rest, bytes])
      let from = 0
      for (let at = all.indexOf(newline); at >= 0; at = all.indexOf(newline, from)) {
        line(all, from, at)
        from = at + 1
      }
      const left = all.length - from
      if (overlong > 0 || left > longestEntry) {
        overlong += left
        consumed += left
        rest = Buffer.alloc(0)
      } else rest = Buffer.from(all.subarray(from))
    },
    /** Nothing more comes: what is left is the half of an entry. */
    end: (): void => {
      if (rest.length + overlong > 0) visitor.unreadable(rest.length + overlong, consumed + rest.length)
      consumed += rest.length
      rest = Buffer.alloc(0)
      overlong = 0
    },
  }
}
