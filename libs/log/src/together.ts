import type { NewEvent } from './event.ts'
import { mostAtOnce } from './event-log.ts'
import { subjectOf } from './encoding/subject.ts'

/** Why events can never be appended as one; `undefined` where they can. */
export const whyNotTogether = (events: readonly NewEvent[]): string | undefined => {
  if (events.length === 0) return 'there are no events'
  if (events.length > mostAtOnce) return `there are ${events.length} events, the limit is ${mostAtOnce}`
  if (new Set(events.map(({ ref }) => subjectOf(ref))).size < events.length)
    return 'two of the events are of the same object'
  if (new Set(events.map(({ id }) => id)).size < events.length) return 'two of the events have the same id'
  return undefined
}
