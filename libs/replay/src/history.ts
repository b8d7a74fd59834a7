import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { ObjectRef } from '@periplus/api'
import type { EventLog, ReadRefusal, RecordedEvent } from '@periplus/log'

/**
 * An object's events, oldest first, earlier lives of the same name included; at most the newest `limit`. Events that were
 * rolled up (heartbeats) or lie before the log's watermark are not there any more, and the history begins after them.
 */
export const historyOf = async (
  log: EventLog,
  ref: ObjectRef,
  limit = Infinity,
): Promise<Either<ReadRefusal, readonly RecordedEvent[]>> => {
  const events: RecordedEvent[] = []
  let found = await log.last(ref)
  while (E.isRight(found) && found.right !== undefined && events.length < limit) {
    events.push(found.right)
    if (found.right.previous === 0) return E.right(events.reverse())
    found = await log.get(found.right.previous)
  }
  return E.isLeft(found) && found.left.tag === 'Unavailable' ? found : E.right(events.reverse())
}
