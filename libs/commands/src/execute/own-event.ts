import { inVersion } from '@periplus/api'
import { E } from '@periplus/prelude'
import type { KubernetesObject } from '@periplus/api'
import type { EventLog, RecordedEvent, Sequence } from '@periplus/log'
import type { Command, Outcome } from '../command.ts'
import { objectOf } from '../state/read-last.ts'

/** The outcome that a command's own event tells, whoever reads it. */
export const outcomeOfEvent = (command: Command, event: RecordedEvent): Outcome => ({
  object: inVersion(command.kind, objectOf(event)) as KubernetesObject,
  sequence: event.sequence,
  changed: true,
  deleted: event.type === 'deleted',
  ...(event.type === 'created' ? { created: true } : {}),
})

/**
 * The event of the command `id` among an object's events from its last one back to, and without, `after`. Others may have built on
 * it since, so it needn't be the last.
 */
export const eventOf = async (
  log: EventLog,
  id: string,
  last: RecordedEvent | undefined,
  after: Sequence,
): Promise<RecordedEvent | undefined> => {
  let event = last
  while (event && event.id !== id) {
    if (event.previous <= after) return undefined
    const before = await log.get(event.previous)
    event = E.isRight(before) ? before.right : undefined
  }
  return event
}
