import type { ExplainedEvent } from '@periplus/replay'
import { columns } from './columns.ts'
import { nameOf } from './event-line.ts'

const verbs: Readonly<Record<ExplainedEvent['event']['type'], string>> = {
  created: 'created',
  'spec-changed': 'changed',
  'status-changed': 'reported on',
  'metadata-changed': 'marked',
  deleted: 'deleted',
}

/** One line an event, in the log's order; `*` marks what happened to the object itself, the rest led to it. */
export const whyText = (events: readonly ExplainedEvent[]): string =>
  columns(
    events.map(({ event, decision, own }) => [
      own ? '*' : ' ',
      String(event.sequence),
      event.time,
      event.origin.actor,
      `${verbs[event.type]} ${nameOf(event.ref)}`,
      decision === undefined ? '' : `because ${decision.why}`,
    ]),
  )
