import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { DamagedBlob } from '@periplus/log'
import type { EventLog, ReadRefusal, Sequence } from '@periplus/log'
import { mutableCut } from './cut/mutable-cut.ts'
import type { LoadableCut, MutableCutOptions } from './cut/mutable-cut.ts'

/** How much the cut keeps, and who is told of a damaged state. */
export interface CutFromBase extends MutableCutOptions {
  /** A state to begin with is not what was written; an earlier one is taken. */
  readonly onDamagedBase?: (damage: Error) => void
}

/** A cut at the newest state at or before `atMost` that can be read; an empty one where there is none. The log is to be folded from there. */
export const cutFromBase = async (
  log: Pick<EventLog, 'bases'>,
  atMost: Sequence,
  { onDamagedBase, ...options }: CutFromBase = {},
): Promise<Either<ReadRefusal, LoadableCut>> => {
  const bases = await log.bases(atMost)
  if (E.isLeft(bases)) return bases
  for (const { sequence, events } of bases.right) {
    const cut = mutableCut(options)
    try {
      await cut.load({ sequence, tip: undefined, events })
      return E.right(cut)
    } catch (error) {
      if (!(error instanceof DamagedBlob)) return E.left({ tag: 'Unavailable', message: String(error) })
      onDamagedBase?.(error)
    }
  }
  return E.right(mutableCut(options))
}
