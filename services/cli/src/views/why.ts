import type { KindRegistry } from '@periplus/api'
import type { ToldEvent } from '../past/past.ts'
import { briefChange } from './brief.ts'
import { columns } from './columns.ts'
import { nameOf } from './event-line.ts'

const verbs: Readonly<Record<ToldEvent['event']['type'], string>> = {
  created: 'created',
  'spec-changed': 'changed',
  'status-changed': 'reported on',
  'metadata-changed': 'marked',
  deleted: 'deleted',
}

/**
 * One line an event, in the log's order; `*` marks what happened to the object itself, the rest led to it. What a decision
 * made says why it was taken, what came from outside says what it changed.
 */
export const whyText = (kinds: KindRegistry, events: readonly ToldEvent[]): string =>
  columns(
    events.map(({ event, previous, decision, own }) => [
      own ? '*' : ' ',
      String(event.sequence),
      event.time,
      event.origin.actor,
      `${verbs[event.type]} ${nameOf(event.ref)}`,
      decision === undefined
        ? briefChange(kinds.stored(event.ref.group, event.ref.resource), previous, event)
        : `because ${decision.why}`,
    ]),
  )
