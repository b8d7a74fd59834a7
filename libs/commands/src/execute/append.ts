import { E } from '@periplus/prelude'
import type { Clock, Either } from '@periplus/prelude'
import type { AppendRefusal, Appended, EventLog, NewEvent } from '@periplus/log'
import type { Outage } from './outage.ts'

/** What came of an append that was tried more than once. */
export interface Patient {
  readonly result: Either<AppendRefusal, Appended>
  /** A try went unanswered: a Conflict may be with this very event, written unheard and built upon since. */
  readonly doubtful: boolean
}

/**
 * Appends with retries: an append that wasn't acknowledged may have been written or not, and the same id tells the log that it is
 * the same event. Each pause is twice the one before, up to a second, for as long as `outage` has patience.
 */
export const appendPatiently = async (
  log: EventLog,
  event: NewEvent,
  clock: Clock,
  outage: Outage,
): Promise<Patient> => {
  let doubtful = false
  for (let pause = 50; ; pause = Math.min(pause * 2, 1000)) {
    const result = await log.append(event)
    if (E.isRight(result) || result.left.tag !== 'Unavailable') {
      outage.heard()
      return { result, doubtful }
    }
    doubtful = true
    outage.unheard()
    if (clock.now() + pause > outage.patientUntil()) return { result, doubtful }
    await new Promise<void>(resolve => void clock.after(pause, resolve))
  }
}
