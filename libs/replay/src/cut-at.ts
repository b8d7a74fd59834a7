import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { LogGap } from '@periplus/log'
import type { EventLog, Sequence } from '@periplus/log'
import { mutableCut } from '@periplus/projection'
import type { Cut } from '@periplus/projection'
import type { Moment, MomentRefusal } from './moment.ts'
import { placeOf } from './moment.ts'

/** The state as it was, and what a clock showed then, in milliseconds since the epoch. */
export interface Past {
  readonly cut: Cut
  readonly milliseconds: number
}

/** The state as it was at a moment. */
export type CutAt = (moment: Moment, signal?: AbortSignal) => Promise<Either<MomentRefusal, Past>>

/** Folds the log from its beginning to `sequence`. */
export const foldTo = async (log: EventLog, sequence: Sequence, signal?: AbortSignal): Promise<Cut> => {
  const cut = mutableCut({ recentLimit: 0 })
  for await (const events of log.range(1, sequence, signal)) cut.apply(events)
  return cut
}

/** Past cuts never change, so the few that were asked for last are kept: a person looks around in one moment. */
export const cutAt = (log: EventLog, keep = 2): CutAt => {
  const kept = new Map<Sequence, Promise<Cut>>()
  return async (moment, signal) => {
    const place = await placeOf(log, moment)
    if (E.isLeft(place)) return place
    const { sequence, milliseconds } = place.right
    const folding = kept.get(sequence) ?? foldTo(log, sequence, signal)
    kept.delete(sequence)
    kept.set(sequence, folding)
    for (const old of kept.keys()) if (kept.size > keep) kept.delete(old)
    try {
      return E.right({ cut: await folding, milliseconds })
    } catch (error) {
      kept.delete(sequence)
      if (error instanceof LogGap) return E.left({ tag: 'Gone', first: error.first })
      throw error
    }
  }
}
