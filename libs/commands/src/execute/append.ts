import { E, pause } from '@periplus/prelude'
import type { Clock, Either } from '@periplus/prelude'
import type { AppendAllRefusal, AppendedAll, EventLog, NewEvent } from '@periplus/log'
import type { Outage } from './outage.ts'

/** What came of an append that was tried more than once. */
export interface AppendAttempt {
  readonly result: Either<AppendAllRefusal, AppendedAll>
  /** A try went unanswered: a Conflict may be with this very event, written unheard and built upon since. */
  readonly outcomeUnknown: boolean
}

/** One event by itself is most of what is written, and costs the log less. */
const append = async (log: EventLog, events: readonly NewEvent[]): Promise<AppendAttempt['result']> => {
  const [event, another] = events
  if (!event || another) return log.appendAll(events)
  const result = await log.append(event)
  if (E.isRight(result)) {
    const { sequence, duplicate } = result.right
    return E.right({ sequences: [sequence], duplicate })
  }
  return E.left(result.left.tag === 'Conflict' ? { ...result.left, index: 0 } : result.left)
}

/**
 * Appends with retries, all or none: an append that wasn't acknowledged may have been written or not, and the same ids tell the log
 * that these are the same events. Each pause is twice the one before, up to a second, for as long as `outage` has patience.
 */
export const appendWithRetry = async (
  log: EventLog,
  events: readonly NewEvent[],
  clock: Clock,
  outage: Outage,
): Promise<AppendAttempt> => {
  let outcomeUnknown = false
  const begun = clock.now()
  for (let wait = 50; ; wait = Math.min(wait * 2, 1000)) {
    const result = await append(log, events)
    // Every other refusal may come from this process itself, which has asked nobody.
    if (E.isRight(result) || result.left.tag === 'Conflict') outage.succeeded()
    if (E.isRight(result) || result.left.tag !== 'Unavailable') return { result, outcomeUnknown }
    outcomeUnknown = true
    outage.failed()
    if (clock.now() + wait > outage.patientUntil(begun)) return { result, outcomeUnknown }
    await pause(clock, wait)
  }
}
