import type { Sequence } from '@periplus/log'
import type { Framing, Seen } from './frame.ts'
import type { SharedChange } from './shared-change.ts'

/** Bytes after which a watcher is asked whether there is room for more. */
const pieceBytes = 64 * 1024

/** What is written at once. */
export interface Piece {
  readonly bytes: Uint8Array
  /** With it a watcher has seen everything up to here. */
  readonly through: Sequence
}

/** What changes are to a watcher, in pieces; the last one is through with all of them, and may have no bytes. */
export const piecesOf = (
  changes: readonly SharedChange[],
  seenOf: (change: SharedChange) => Seen | undefined,
  framing: Framing,
  isFirst: boolean,
): readonly Piece[] => {
  const pieces: Piece[] = []
  let frames: Uint8Array[] = []
  let size = 0
  let first = isFirst
  const end = (through: Sequence): void => {
    const [only] = frames
    pieces.push({ bytes: only && frames.length === 1 ? only : Buffer.concat(frames, size), through })
    frames = []
    size = 0
  }
  for (const change of changes) {
    const seen = seenOf(change)
    if (!seen) continue
    const bytes = change.frameOf(seen, framing, first)
    first = false
    frames.push(bytes)
    size += bytes.length
    if (size >= pieceBytes) end(change.sequence)
  }
  const last = changes.at(-1)
  if (last) end(last.sequence)
  return pieces
}

/** Changes of one resource that are passed on together. */
export interface ChangeBatch {
  readonly changes: readonly SharedChange[]
  /** The cut's sequence with them: whoever has seen them has seen everything of the resource up to here. */
  readonly through: Sequence
  /** The pieces for all watchers with equal keys, which see the same of them: made once, and the same bytes for each. */
  readonly shared: (key: string, make: () => readonly Piece[]) => readonly Piece[]
}

export const changeBatch = (changes: readonly SharedChange[], through: Sequence): ChangeBatch => {
  const known = new Map<string, readonly Piece[]>()
  return {
    changes,
    through,
    shared: (key, make) => {
      const pieces = known.get(key) ?? make()
      known.set(key, pieces)
      return pieces
    },
  }
}
