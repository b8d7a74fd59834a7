import { E, sharedTurn } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { ObjectRef } from '@periplus/api'
import { LogGap, horizonOf, kindName, stretches } from '@periplus/log'
import type { EventBatch, EventLog, Horizons, Sequence } from '@periplus/log'
import { cutFromBase } from '@periplus/projection'
import type { Cut, MutableCut } from '@periplus/projection'
import { applyPausing } from './apply-pausing.ts'
import type { PastMoment, MomentRefusal } from './moment.ts'
import { placeOf } from './moment.ts'
import { ForgottenKind, rememberedCut } from './remembered-cut.ts'

/** The state as it was, and what a clock showed then, in milliseconds since the epoch. */
export interface Past {
  /** Throws `ForgottenKind` to who reads a kind that cannot be read there any more. */
  readonly cut: Cut
  /** The same, with what is left of such kinds, for whoever judges who could see what. */
  readonly left: Cut
  readonly milliseconds: number
  /** Of a kind that cannot be read there any more. */
  forgotten(kind: Pick<ObjectRef, 'group' | 'resource'>): ForgottenKind | undefined
}

/** The state as it was at a moment. */
export type CutAt = (moment: PastMoment, signal?: AbortSignal) => Promise<Either<MomentRefusal, Past>>

/** What a fold takes of a log. */
export type FoldableLog = Pick<EventLog, 'bases' | 'range' | 'bounds'>

const eventsAtOnce = 64

function* stepsOf(batch: EventBatch): Generator<EventBatch> {
  if (batch.length <= eventsAtOnce) return yield batch
  for (let at = 0; at < batch.length; at += eventsAtOnce) {
    const step = batch.slice(at, at + eventsAtOnce)
    const isLast = at + eventsAtOnce >= batch.length
    yield isLast && batch.through !== undefined ? Object.assign(step, { through: batch.through }) : step
  }
}

/** Where a fold begins that nobody may see before `sequence`. Throws where the log cannot be read. */
export const begun = async (log: Pick<EventLog, 'bases'>, sequence: Sequence): Promise<MutableCut> => {
  const cut = await cutFromBase(log, sequence, { recentLimit: 0 })
  if (E.isRight(cut)) return cut.right
  throw new Error(
    `the log cannot be read: ${cut.left.tag === 'Gone' ? `it begins at ${cut.left.first}` : cut.left.message}`,
  )
}

/** Folds the log to `sequence` from the nearest snapshot before it, in turns: the process has others to serve. */
export const foldTo = async (
  log: Pick<FoldableLog, 'bases' | 'range'>,
  sequence: Sequence,
  signal?: AbortSignal,
): Promise<MutableCut> => {
  const cut = await begun(log, sequence)
  for await (const batch of log.range(cut.sequence + 1, sequence, signal))
    for (const events of stepsOf(batch)) {
      if (sharedTurn.isOver()) await sharedTurn.next()
      cut.apply(events)
    }
  return cut
}

/**
 * Folds the log once, from the nearest snapshot, and shows the state behind each of some sequences, which rise. The state is to be looked
 * at at once: it goes on.
 */
export const foldAlong = async (
  log: FoldableLog,
  sequences: readonly Sequence[],
  see: (sequence: Sequence, state: Cut) => void,
  signal?: AbortSignal,
): Promise<void> => {
  // Within a stretch all of a kind that is read there is in the base, or comes behind it.
  for (const part of byStretch(await horizonsOf(log), sequences)) await foldStretch(log, part, see, signal)
}

/** From where on kinds can be read by now. Throws where the log cannot be asked. */
export const horizonsOf = async (log: Pick<EventLog, 'bounds'>): Promise<Horizons> => {
  const bounds = await log.bounds()
  if (E.isRight(bounds)) return bounds.right.horizons ?? {}
  throw new Error(
    `the log cannot be read: ${bounds.left.tag === 'Unavailable' ? bounds.left.message : bounds.left.tag}`,
  )
}

/** Sequences that rise as several lists, of which each lies within one stretch. */
export const byStretch = (horizons: Horizons, sequences: readonly Sequence[]): readonly (readonly Sequence[])[] => {
  const [first, last] = [sequences[0], sequences.at(-1)]
  if (first === undefined || last === undefined) return []
  return stretches(horizons, first, last)
    .map(({ from, to }) => sequences.filter(sequence => sequence >= from && sequence <= to))
    .filter(({ length }) => length > 0)
}

const foldStretch = async (
  log: FoldableLog,
  sequences: readonly Sequence[],
  see: (sequence: Sequence, state: Cut) => void,
  signal?: AbortSignal,
): Promise<void> => {
  const [first = 0, last = 0] = [sequences[0], sequences.at(-1)]
  const cut = await begun(log, first)
  let next = 0
  const seeBefore = (end: Sequence): void => {
    for (let sequence = sequences[next]; sequence !== undefined && sequence < end; sequence = sequences[++next])
      see(sequence, cut)
  }
  for await (const batch of log.range(cut.sequence + 1, last, signal))
    for (const events of stepsOf(batch)) {
      if (sharedTurn.isOver()) await sharedTurn.next()
      applyPausing(cut, events, () => sequences[next] ?? Infinity, seeBefore)
    }
  seeBefore(Infinity)
}

/** How past cuts are kept. */
export interface KeptCuts {
  /** Default 2. */
  readonly keep?: number
  /** Rises whenever less of the past can be read than before: what was kept until then is not shown any more. Default: never. */
  readonly shredded?: () => number
}

/** Past cuts never change, so the few that were asked for last are kept: a person looks around in one moment. */
export const cutAt = (log: EventLog, { keep = 2, shredded = () => 0 }: KeptCuts = {}): CutAt => {
  const kept = new Map<Sequence, Promise<Cut>>()
  let keptAt = shredded()
  return async (moment, signal) => {
    const place = await placeOf(log, moment)
    if (E.isLeft(place)) return place
    if (keptAt !== shredded()) kept.clear()
    keptAt = shredded()
    const { sequence, milliseconds } = place.right
    const folding = kept.get(sequence) ?? foldTo(log, sequence, signal)
    kept.delete(sequence)
    kept.set(sequence, folding)
    for (const old of kept.keys()) if (kept.size > keep) kept.delete(old)
    try {
      const left = await folding
      // What was missing when it was folded is said to be forgotten by now.
      const horizons = await horizonsOf(log)
      return E.right({
        ...{ cut: rememberedCut(left, horizons, sequence), left, milliseconds },
        forgotten: kind => {
          const first = horizonOf(horizons, kind)
          return sequence < first ? new ForgottenKind(kindName(kind), first) : undefined
        },
      })
    } catch (error) {
      kept.delete(sequence)
      if (error instanceof LogGap) return E.left({ tag: 'Gone', first: error.first })
      throw error
    }
  }
}
