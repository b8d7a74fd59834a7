import { longestLine } from '@periplus/log-stream'
import type { FrameLine } from '@periplus/log-stream'
import type { CriEntry } from './cri-entry.ts'

/** Pieces of one line of one stream. */
interface Pending {
  readonly pieces: Buffer[]
  length: number
  seconds: number
  nanos: number
}

/** Makes whole lines of entries: a runtime writes long ones in pieces, those of stdout and stderr mixed. */
export interface LineJoiner {
  take(entry: CriEntry): void
  /** No line has begun and not ended: whoever begins to read here joins the same lines. */
  readonly isClean: boolean
  /** Nothing more comes: what has begun is a line. */
  end(): void
}

/** `emit` is given lines to be numbered; what it is given is valid during the call. */
export const lineJoiner = (emit: (line: FrameLine) => void): LineJoiner => {
  const pending: readonly [Pending, Pending] = [nothing(), nothing()]
  const close = (index: 0 | 1, isPartial: boolean): void => {
    const { pieces, length, seconds, nanos } = pending[index]
    const source = Buffer.concat(pieces, length)
    pending[index].pieces.length = 0
    pending[index].length = 0
    emit({ isStderr: index === 1, isPartial, seconds, nanos, source, start: 0, end: length })
  }
  const keep = (index: 0 | 1, { source, textStart, end, seconds, nanos }: CriEntry): void => {
    const line = pending[index]
    if (line.pieces.length === 0) {
      line.seconds = seconds
      line.nanos = nanos
    }
    line.pieces.push(Buffer.from(source.subarray(textStart, end)))
    line.length += end - textStart
  }
  return {
    take: entry => {
      const index = entry.isStderr ? 1 : 0
      const { pieces, length } = pending[index]
      const { source, textStart, end, isStderr, isPartial, seconds, nanos } = entry
      if (pieces.length === 0 && !isPartial)
        return emit({ isStderr, isPartial, seconds, nanos, source, start: textStart, end })
      if (length + end - textStart > longestLine) close(index, true)
      keep(index, entry)
      if (!isPartial) close(index, false)
    },
    get isClean() {
      return pending[0].pieces.length === 0 && pending[1].pieces.length === 0
    },
    end: () => {
      for (const index of [0, 1] as const) if (pending[index].pieces.length > 0) close(index, false)
    },
  }
}

const nothing = (): Pending => ({ pieces: [], length: 0, seconds: 0, nanos: 0 })
