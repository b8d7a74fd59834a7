import { E } from '@periplus/prelude'
import type { EventLog, Sequence } from '@periplus/log'
import { memoryProjection } from './memory/memory-projection.ts'
import type { Projection } from './projection.ts'

/** How a projection differs from a fold of the log. */
export type Comparison =
  | { readonly tag: 'Same'; readonly applied: Sequence }
  | { readonly tag: 'Different'; readonly applied: Sequence }
  /** The store cannot be read, or the log goes on too quickly. */
  | { readonly tag: 'Unknown'; readonly message: string }

const tries = 5

const foldedHash = async (log: EventLog, to: Sequence): Promise<string> => {
  const fold = memoryProjection()
  let at = 0
  if (to > 0)
    for await (const events of log.range(1, to)) {
      const applied = await fold.apply(at, events)
      if (E.isRight(applied)) at = applied.right
    }
  const hash = await fold.contentHash()
  return E.isRight(hash) ? hash.right.value : ''
}

/**
 * Whether a projection is what the log makes, by the hash of everything in it. A heartbeat that comes meanwhile takes events away
 * that the projection had at its moment: then it is compared again.
 */
export const compareProjection = async (log: EventLog, projection: Projection): Promise<Comparison> => {
  for (let left = tries; left > 0; left--) {
    const held = await projection.contentHash()
    if (E.isLeft(held)) return { tag: 'Unknown', message: held.left.message }
    const { applied, value } = held.right
    if ((await foldedHash(log, applied)) === value) return { tag: 'Same', applied }
    const now = await log.bounds()
    if (E.isLeft(now)) return { tag: 'Unknown', message: 'the log cannot be read' }
    if (now.right.last <= applied) return { tag: 'Different', applied }
  }
  return { tag: 'Unknown', message: 'it is not what the log makes, or the log goes on too quickly to tell' }
}
