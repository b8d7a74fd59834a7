import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { Base, EventBatch, EventLog, Sequence } from '@periplus/log'
import { memoryProjection } from './memory/memory-projection.ts'
import type { Projection } from './projection.ts'

/** How a projection differs from a fold of the log. */
export type Comparison =
  | { readonly tag: 'Same'; readonly applied: Sequence }
  | { readonly tag: 'Different'; readonly applied: Sequence }
  /** The store cannot be read, or the log goes on too quickly. */
  | { readonly tag: 'Unknown'; readonly message: string }

const tries = 5

/** The hash of what the log makes up to a sequence, from a base on; without one from the log's first event. */
const foldOf = async (log: EventLog, base: Base | undefined, to: Sequence): Promise<string> => {
  const fold = memoryProjection()
  const since = base?.sequence ?? 0
  let at = 0
  const apply = async (events: EventBatch): Promise<void> => {
    const applied = await fold.apply(at, events)
    if (E.isRight(applied)) at = applied.right
  }
  if (base) for await (const events of base.events) await apply(events)
  if (to > since) for await (const events of log.range(since + 1, to)) await apply(events)
  const hash = await fold.contentHash(since)
  return E.isRight(hash) ? hash.right.value : ''
}

/** From the log itself where all of it is there, so that no snapshot is trusted that is not needed. */
const baseOf = async (log: EventLog): Promise<Either<unknown, Base | undefined>> => {
  const bounds = await log.bounds()
  if (E.isLeft(bounds)) return bounds
  const { watermark } = bounds.right
  if (watermark === 0) return E.right(undefined)
  const bases = await log.bases(watermark)
  return E.isLeft(bases) ? bases : E.right(bases.right[0])
}

/**
 * Whether a projection is what the log makes, by the hash of everything in it. A heartbeat that comes meanwhile takes events away
 * that the projection had at its moment: then it is compared again.
 */
export const compareProjection = async (log: EventLog, projection: Projection): Promise<Comparison> => {
  for (let left = tries; left > 0; left--) {
    const base = await baseOf(log)
    if (E.isLeft(base)) return { tag: 'Unknown', message: 'the log cannot be read' }
    const held = await projection.contentHash(base.right?.sequence ?? 0)
    if (E.isLeft(held)) return { tag: 'Unknown', message: held.left.message }
    const { applied, value } = held.right
    if (base.right && base.right.sequence > applied)
      return { tag: 'Unknown', message: `it stands at ${applied}, and the log begins after ${base.right.sequence}` }
    if ((await foldOf(log, base.right, applied)) === value) return { tag: 'Same', applied }
    const now = await log.bounds()
    if (E.isLeft(now)) return { tag: 'Unknown', message: 'the log cannot be read' }
    if (now.right.last <= applied) return { tag: 'Different', applied }
  }
  return { tag: 'Unknown', message: 'it is not what the log makes, or the log goes on too quickly to tell' }
}
