import { E, sharedTurn } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { StoredMessage } from '@periplus/bus'
import type { Blobs, BlobsUnavailable } from '../blobs/blobs.ts'
import type { Sequence } from '../event.ts'
import { everyKind } from '../horizons.ts'
import type { PastBounds } from '../horizons.ts'
import { replacedOf } from '../jetstream/replaced.ts'
import type { WithinBounds } from '../kept/advance-horizons.ts'
import { kindOfMessages } from './parts.ts'
import { reaching, readArchive } from './segments.ts'
import type { Segment } from './segments.ts'

/** What a kind's past is counted by. */
export interface CountPast {
  /** Those that have bounds or parts of their own in the archive; `everyKind` is for all others. */
  readonly kinds: readonly string[]
  /** Messages of the log's stream, both ends included. */
  readonly read: (from: Sequence, to: Sequence) => AsyncIterable<readonly StoredMessage[]>
  /** Where what has left the log is. */
  readonly archive?: Blobs
}

interface Amount {
  readonly events: number
  readonly bytes: number
}

const nothing: Amount = { events: 0, bytes: 0 }

const plus = (one: Amount, other: Amount): Amount => ({
  events: one.events + other.events,
  bytes: one.bytes + other.bytes,
})

const isOver = ({ events, bytes }: Amount, bounds: PastBounds): boolean =>
  events > (bounds.events ?? Infinity) || bytes > (bounds.bytes ?? Infinity)

interface Counted {
  readonly kind: string
  readonly sequence: Sequence
  readonly bytes: number
}

/** By kind. */
const amountsOf = (counted: readonly Counted[]): ReadonlyMap<string, Amount> => {
  const amounts = new Map<string, Amount>()
  for (const { kind, bytes } of counted) amounts.set(kind, plus(amounts.get(kind) ?? nothing, { events: 1, bytes }))
  return amounts
}

/** The log is counted in spans of as many sequences, of which those that are whole are counted once. */
const span = 4_096
const spanOf = (sequence: Sequence): number => Math.floor((sequence - 1) / span)

/** Spans that are read in one go. A long log that nobody has counted yet is known after several. */
const mostSpans = 64

/**
 * Counts what there is of kinds, from the newest event back, as far as their bounds. In the log it knows each event; of the archive a segment is
 * kept as a whole, and so is what has no part of its kind, as nobody has counted it.
 */
export const countPast = ({ kinds, read, archive }: CountPast): WithinBounds => {
  const kindOf = kindOfMessages(kinds)
  const known = new Map<number, ReadonlyMap<string, Amount>>()

  const countedIn = async (from: Sequence, to: Sequence): Promise<readonly Counted[]> => {
    const counted: Counted[] = []
    for await (const messages of read(from, to))
      for (const message of messages) {
        if (sharedTurn.isOver()) await sharedTurn.next()
        const { subject, headers, data, sequence } = message
        if (replacedOf(message) !== undefined) continue
        counted.push({ kind: kindOf(message), sequence, bytes: subject.length + headers.length + data.length })
      }
    return counted
  }
  const isOf = (kind: string, part: string): boolean => part === kind || (kind === everyKind && !kinds.includes(part))
  const inSegment = ({ parts }: Segment, kind: string): Amount =>
    parts
      .filter(part => isOf(kind, part.kind))
      .reduce((sum, { messages, blob }) => plus(sum, { events: messages || 0, bytes: blob?.bytes ?? 0 }), nothing)
  const inArchive = async (
    kind: string,
    bounds: PastBounds,
    inLog: Amount,
    from: Sequence,
    watermark: Sequence,
  ): Promise<Either<BlobsUnavailable, Sequence>> => {
    const found = archive && (await readArchive(archive))
    if (!found || E.isLeft(found)) return found ?? E.right(0)
    let kept = inLog
    for (const segment of reaching(found.right.segments, watermark).toReversed()) {
      if (segment.upTo < from) break
      kept = plus(kept, inSegment(segment, kind))
      if (isOver(kept, bounds)) return E.right(segment.after + 1)
    }
    return E.right(0)
  }
  return async (kind, bounds, { from, watermark, last }) => {
    for (const number of known.keys()) if (number < spanOf(watermark + 1)) known.delete(number)
    const first = Math.max(from, watermark + 1)
    let kept = nothing
    let left = mostSpans
    for (let number = spanOf(last); number >= spanOf(first) && last >= first; number--) {
      const [start, end] = [Math.max(first, number * span + 1), Math.min(last, (number + 1) * span)]
      const isWhole = end - start === span - 1
      const before = isWhole ? known.get(number) : undefined
      if (!before && left-- === 0) return E.right(0)
      const counted = before ? undefined : await countedIn(start, end)
      const amounts = before ?? amountsOf(counted ?? [])
      if (isWhole) known.set(number, amounts)
      const more = plus(kept, amounts.get(kind) ?? nothing)
      if (isOver(more, bounds))
        return E.right(behindTheFirstOver(counted ?? (await countedIn(start, end)), kind, kept, bounds))
      kept = more
    }
    return from > watermark ? E.right(0) : inArchive(kind, bounds, kept, from, watermark)
  }
}

/** Of a span in which bounds are reached, `behind` which there is some of the kind. */
const behindTheFirstOver = (
  counted: readonly Counted[],
  kind: string,
  behind: Amount,
  bounds: PastBounds,
): Sequence => {
  let kept = behind
  for (const one of counted.toReversed()) {
    if (one.kind !== kind) continue
    kept = plus(kept, { events: 1, bytes: one.bytes })
    if (isOver(kept, bounds)) return one.sequence + 1
  }
  return 0
}
