import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { Bus, BusRefusal, JetStream, StreamState } from '@periplus/bus'
import type { Sequence } from '../event.ts'
import { everyKind, horizonOfName, horizonsIn, horizonsKey, neverGoesBack } from '../horizons.ts'
import type { Horizons, KindRetention, PastBounds } from '../horizons.ts'
import { watermarkOf } from '../jetstream/watermark.ts'
import { storedBy, youngest } from './choose-watermark.ts'
import { pendingIn, writeMarks } from './log-marks.ts'
import type { LogMarks } from './log-marks.ts'

/** What of a kind's past is looked at: from a sequence on, which may lie below the log's watermark, to its last one. */
export interface PastRange {
  readonly from: Sequence
  readonly watermark: Sequence
  readonly last: Sequence
}

/** From where on a kind's past is within its events and bytes; 0: all that was looked at is, or it is not known yet. */
export type WithinBounds = (kind: string, bounds: PastBounds, range: PastRange) => Promise<Either<BusRefusal, Sequence>>

/** Has kinds forgotten what is older than their past is kept, or more. */
export interface AdvanceHorizons {
  readonly bus: Pick<Bus, 'jetstream'>
  readonly retention: KindRetention
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** The last sequence by a time, as far as it is known (`sequenceTimes`). */
  readonly lastBy?: (time: number) => Sequence
  /** The same of what has left the log; absent: nothing of it is kept. */
  readonly archivedBy?: (time: number) => Promise<Either<BusRefusal, Sequence>>
  /** Absent: kinds are bounded by their age alone. */
  readonly within?: WithinBounds
  /** Writes into the stream's metadata, as `CompactLog.mark`. */
  readonly mark?: (marks: LogMarks) => Promise<Either<BusRefusal, void>>
  readonly stream?: string
}

/** Where the log stood at a time; 0 where that is not known. */
const sequenceBy = async (
  { archivedBy, lastBy = () => 0 }: AdvanceHorizons,
  jetstream: JetStream,
  stream: string,
  state: StreamState,
  time: number,
): Promise<Either<BusRefusal, Sequence>> => {
  const watermark = watermarkOf(state)
  const stored = await storedBy(jetstream, stream, time, watermark, state.lastSequence)
  if (E.isLeft(stored)) return stored
  const found = Math.max(stored.right, Math.min(lastBy(time), state.lastSequence))
  if (found > watermark) return E.right(found)
  // The watermark may be younger than that.
  return archivedBy ? archivedBy(time) : E.right(0)
}

/** From where on a kind's past is to be read; never above what was stored two minutes ago. */
const horizonBy = async (
  advance: AdvanceHorizons,
  stream: string,
  state: StreamState,
  kind: string,
  bounds: PastBounds,
): Promise<Either<BusRefusal, Sequence>> => {
  const { bus, now, within } = advance
  const by = (milliseconds: number) =>
    sequenceBy(advance, bus.jetstream, stream, state, now() - Math.max(youngest, milliseconds))
  const old = bounds.milliseconds === undefined ? E.right(0) : await by(bounds.milliseconds)
  if (E.isLeft(old) || !within || (bounds.events === undefined && bounds.bytes === undefined)) return old
  const from = Math.max(old.right, horizonOfName(horizonsIn(state), kind))
  const wanted = await within(kind, bounds, { from, watermark: watermarkOf(state), last: state.lastSequence })
  if (E.isLeft(wanted)) return wanted
  if (wanted.right <= from) return old
  const settled = await by(youngest)
  return E.isLeft(settled) ? settled : E.right(Math.max(old.right, Math.min(wanted.right, settled.right)))
}

/**
 * Writes down from where on the past of kinds can be read by now, in the stream's metadata: whoever reads goes by it from then on, and what of the
 * archive lies before that may go (`dropForgotten`). Never goes back, whatever the retention is by now. Gives what holds.
 */
export const advanceHorizons = async (advance: AdvanceHorizons): Promise<Either<BusRefusal, Horizons>> => {
  const { bus, retention, stream = 'OBJECTS' } = advance
  const { mark = marks => writeMarks(bus, marks, stream) } = advance
  const state = await bus.jetstream.state(stream)
  if (E.isLeft(state)) return state
  const present = horizonsIn(state.right)
  const next: Record<string, Sequence> = { ...present }
  for (const [kind, bounds] of retention) {
    const sequence = await horizonBy(advance, stream, state.right, kind, bounds)
    if (E.isLeft(sequence)) return sequence
    next[kind] = Math.max(present[kind] ?? 0, sequence.right)
  }
  // What all have forgotten need not be said of each.
  const kept = Object.entries(next).filter(
    ([kind, first]) => first > 0 && (kind === everyKind || first > (next[everyKind] ?? 0)),
  )
  const horizons: Horizons = Object.fromEntries(kept)
  if (neverGoesBack(horizons, present)) return E.right(present)
  const marked = await mark({
    found: { watermark: watermarkOf(state.right), pending: pendingIn(state.right) },
    marks: { [horizonsKey]: JSON.stringify(horizons) },
  })
  return E.isLeft(marked) ? marked : E.right(horizons)
}
