import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { EventLog, ReadRefusal } from '@periplus/log'
import type { Tip } from './snapshot.ts'

/**
 * Whether a projection with this tip is this log's: a store may outlive a log that was deleted, or be another cluster's. Left
 * where the log cannot say.
 */
export const belongsTo = async (log: EventLog, tip: Tip | undefined): Promise<Either<ReadRefusal, boolean>> => {
  if (!tip) return E.right(false)
  const event = await log.get(tip.sequence)
  if (E.isLeft(event)) return event.left.tag === 'Gone' ? E.right(false) : event
  return E.right(event.right?.id === tip.id)
}
