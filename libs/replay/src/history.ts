import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { ObjectRef } from '@periplus/api'
import type { EventLog, ReadRefusal, RecordedEvent } from '@periplus/log'
import { rememberedEvents } from './remembered-events.ts'
import type { RememberedEvents } from './remembered-events.ts'

/** How much of a history is read. */
export interface HistoryLimits {
  readonly events: number
  /** Of bodies. */
  readonly bytes: number
}

const unlimited: HistoryLimits = { events: Infinity, bytes: Infinity }

/**
 * An object's events, oldest first, earlier lives of the same name included; at most the newest within `limits`. Events that were
 * rolled up (heartbeats), lie before the log's watermark, or before what is kept of their kind, are not there any more, and the history begins
 * after them.
 */
export const historyOf = async (
  log: Pick<EventLog, 'bounds' | 'get' | 'last'>,
  ref: ObjectRef,
  limits: Partial<HistoryLimits> = {},
): Promise<Either<ReadRefusal, readonly RecordedEvent[]>> => {
  const events = await rememberedEvents(log)
  return E.isLeft(events) ? events : historyIn(events.right, ref, limits)
}

/** The same, of what is remembered. */
export const historyIn = async (
  log: Pick<RememberedEvents, 'get' | 'last'>,
  ref: ObjectRef,
  limits: Partial<HistoryLimits> = {},
): Promise<Either<ReadRefusal, readonly RecordedEvent[]>> => {
  const most = { ...unlimited, ...limits }
  const events: RecordedEvent[] = []
  let bytes = 0
  let found = await log.last(ref)
  while (E.isRight(found) && found.right !== undefined && events.length < most.events && bytes < most.bytes) {
    events.push(found.right)
    bytes += found.right.body.length
    if (found.right.previous === 0) return E.right(events.reverse())
    found = await log.get(found.right.previous)
  }
  return E.isLeft(found) && found.left.tag === 'Unavailable' ? found : E.right(events.reverse())
}
