import type { ObjectRef } from '@periplus/api'
import type { RecordedEvent, Sequence } from '@periplus/log'
import { nameOf } from './event-line.ts'

/** Why there is no object at a sequence: it came later, it was deleted, or nobody ever made it. `history`: oldest first. */
export const absenceText = (ref: ObjectRef, sequence: Sequence, history: readonly RecordedEvent[]): string => {
  const last = history.findLast(event => event.sequence <= sequence)
  const next = history.find(event => event.sequence > sequence)
  const name = nameOf(ref)
  if (last)
    return `${name} was deleted at ${last.sequence} (${last.time}) by ${last.origin.actor}; --at ${last.sequence - 1} shows it as it was`
  if (next) return `there was no ${name} at ${sequence}: it was created at ${next.sequence} (${next.time})`
  return `the log knows no ${name}`
}
