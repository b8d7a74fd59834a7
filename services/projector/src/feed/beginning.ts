import type { Base, Bounds, Sequence } from '@periplus/log'

/** Events that a new feed begins with at most, beside the state before them. */
const mostEvents = 1_000_000

/** A state, and after which sequence events follow; without one they follow from the log's first. */
export interface Beginning {
  readonly base?: Base
  readonly after: Sequence
}

/**
 * Pure. Where to go on when the feed has the log up to `through`. As far back as the log goes, but not so far that more than `most` events
 * follow; where the log has been compacted beyond `through`, from the oldest state that is kept. `bases`: the newest first.
 */
export const beginningOf = (
  through: Sequence,
  { last, watermark }: Bounds,
  bases: readonly Base[],
  most = mostEvents,
): Beginning => {
  const isBehind = through < watermark
  if (!isBehind && (through > 0 || last <= most)) return { after: through }
  const kept = bases.filter(({ sequence }) => sequence >= Math.max(watermark, through))
  const base = kept.findLast(({ sequence }) => last - sequence <= most) ?? kept[0]
  return base ? { base, after: base.sequence } : { after: through }
}
