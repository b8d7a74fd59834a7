import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { everyKind } from '@periplus/log'
import type { Bounds, EventLog, ReadRefusal, RecordedEvent, Sequence } from '@periplus/log'

/** A point in the log's order, as people name it: a sequence, or a time. */
export type PastMoment =
  { readonly tag: 'Sequence'; readonly sequence: Sequence } | { readonly tag: 'Time'; readonly milliseconds: number }

/** `'42'`, or an RFC 3339 time; `undefined` for anything else. */
export const parseMoment = (text: string): PastMoment | undefined => {
  if (/^[1-9]\d{0,15}$/.test(text)) return { tag: 'Sequence', sequence: Number(text) }
  if (!/^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/.test(text)) return undefined
  const milliseconds = Date.parse(text)
  return Number.isNaN(milliseconds) ? undefined : { tag: 'Time', milliseconds }
}

/** Why a moment cannot be looked at. */
export type MomentRefusal =
  | ReadRefusal
  /** The moment has not come yet. */
  | { readonly tag: 'Future'; readonly last: Sequence }

/** The newest kept event at or before `sequence`, not before `first`. */
const eventAtOrBefore = async (
  log: EventLog,
  sequence: Sequence,
  first: Sequence,
): Promise<Either<ReadRefusal, RecordedEvent | undefined>> => {
  for (let at = sequence; at >= first; at--) {
    const found = await log.get(at)
    if (E.isLeft(found) || found.right !== undefined) return found
  }
  return E.right(undefined)
}

/** The newest kept event at or before a sequence; at a watermark, where there is none any more, the first behind it. */
const eventNear = async (
  log: EventLog,
  sequence: Sequence,
  { watermark, last }: Bounds,
): Promise<Either<ReadRefusal, RecordedEvent | undefined>> => {
  const before = await eventAtOrBefore(log, sequence, watermark + 1)
  if (E.isLeft(before) || before.right !== undefined || watermark === 0) return before
  for (let at = sequence + 1; at <= last; at++) {
    const found = await log.get(at)
    if (E.isLeft(found) || found.right !== undefined) return found
  }
  return E.right(undefined)
}

/** The last sequence whose event carries a time at or before the given one; 0 when the log begins later. */
const sequenceAtTime = async (
  log: EventLog,
  milliseconds: number,
  first: Sequence,
  last: Sequence,
): Promise<Either<ReadRefusal, Sequence>> => {
  let low = first - 1
  let high = last
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    const found = await eventAtOrBefore(log, middle, low + 1)
    if (E.isLeft(found)) return found
    if (found.right === undefined) low = middle
    else if (Date.parse(found.right.time) <= milliseconds) low = middle
    else high = found.right.sequence - 1
  }
  return E.right(low)
}

/** A moment, found in the log. */
export interface Place {
  readonly sequence: Sequence
  /** What a clock would have shown, since the epoch: the time that was asked for, or that of the newest kept event by then. */
  readonly milliseconds: number
}

/** Where the log stood at a moment, and when that was; as `sequenceOf`. */
export const placeOf = async (log: EventLog, moment: PastMoment): Promise<Either<MomentRefusal, Place>> => {
  const sequence = await sequenceOf(log, moment)
  if (E.isLeft(sequence)) return sequence
  if (moment.tag === 'Time') return E.right({ sequence: sequence.right, milliseconds: moment.milliseconds })
  const bounds = await log.bounds()
  if (E.isLeft(bounds)) return bounds
  const newest = await eventNear(log, sequence.right, bounds.right)
  if (E.isLeft(newest)) return newest
  return E.right({ sequence: sequence.right, milliseconds: newest.right ? Date.parse(newest.right.time) : 0 })
}

/** The first sequence at which anything can be read. */
export const beginningOf = ({ watermark, horizons = {} }: Bounds): Sequence =>
  Math.max(watermark, horizons[everyKind] ?? 0)

/**
 * The sequence at which the log stood at a moment. Before what the log retains: `Gone`. A time is the writer's clock, so
 * events of writers whose clocks differ are placed by the log's order, as far as a search by time can tell.
 */
export const sequenceOf = async (log: EventLog, moment: PastMoment): Promise<Either<MomentRefusal, Sequence>> => {
  const bounds = await log.bounds()
  if (E.isLeft(bounds)) return bounds
  const { first, last, watermark } = bounds.right
  const beginning = beginningOf(bounds.right)
  const gone = E.left({ tag: 'Gone', first: beginning } as const)
  if (moment.tag === 'Sequence') {
    if (moment.sequence > last) return E.left({ tag: 'Future', last })
    return moment.sequence < beginning ? gone : E.right(moment.sequence)
  }
  if (first === 0) return E.right(0)
  const found = await sequenceAtTime(log, moment.milliseconds, first, last)
  if (E.isLeft(found)) return found
  // Before the first event that is kept: when that of the watermark was is not known.
  return found.right < beginning || (watermark > 0 && found.right < first) ? gone : found
}
