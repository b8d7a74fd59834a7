import type { EventBatch, Sequence } from '@periplus/log'
import type { MutableCut } from '@periplus/projection'

/**
 * Applies a batch, and pauses behind each of some sequences, which rise: `next` is the first that was not seen yet, and `see` looks at all
 * that lie before the event with the sequence `end`, which is not applied yet.
 */
export const applyPausing = (
  cut: MutableCut,
  batch: EventBatch,
  next: () => Sequence,
  see: (end: Sequence) => void,
): void => {
  let applied = 0
  batch.forEach(({ sequence }, at) => {
    if (next() >= sequence) return
    cut.apply(batch.slice(applied, at))
    applied = at
    see(sequence)
  })
  cut.apply(batch.slice(applied))
}
