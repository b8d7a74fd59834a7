import { E } from '@periplus/prelude'
import type { Clock, Either } from '@periplus/prelude'
import type { AppendRefusal, Appended, EventLog, NewEvent } from '@periplus/log'

/** How long an unreachable log is tried again with the same id before the caller is told, in milliseconds. */
export interface Patience {
  readonly unavailable: number
}

/**
 * Appends with retries: an append that wasn't acknowledged may have been written or not, and the same id tells the log that it is
 * the same event. Each pause is twice the one before, up to a second.
 */
export const appendPatiently = async (
  log: EventLog,
  event: NewEvent,
  clock: Clock,
  patience: Patience,
): Promise<Either<AppendRefusal, Appended>> => {
  const until = clock.now() + patience.unavailable
  for (let pause = 50; ; pause = Math.min(pause * 2, 1000)) {
    const appended = await log.append(event)
    if (E.isRight(appended) || appended.left.tag !== 'Unavailable' || clock.now() + pause > until) return appended
    await new Promise<void>(resolve => void clock.after(pause, resolve))
  }
}
