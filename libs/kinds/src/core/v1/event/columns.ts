import { ageOf } from '@periplus/api'
import type { Column } from '@periplus/api'
import { column, nameColumn, wideColumn } from '../../../describe/columns.ts'
import type { Event } from './schema.ts'

const firstSeen = (event: Event): string | undefined => event.firstTimestamp ?? event.eventTime ?? undefined

const lastSeenOf = (event: Event, now: number): string => {
  if (event.series) return ageOf(event.series.lastObservedTime, now)
  return ageOf(event.lastTimestamp ?? firstSeen(event), now)
}

const objectOf = ({ involvedObject: { kind = '', name } }: Event): string =>
  name ? `${kind.toLowerCase()}/${name}` : kind.toLowerCase()

const sourceOf = ({ source, reportingComponent, reportingInstance }: Event): string => {
  const component = source?.component || reportingComponent || ''
  const instance = source?.host || reportingInstance || ''
  return instance === '' ? component : `${component}, ${instance}`
}

/** One that is told by itself has no count. */
const countOf = ({ series, count }: Event): number => (series ? (series.count ?? 0) : count || 1)

/** What `kubectl get events` prints. */
export const eventColumns: readonly Column<Event>[] = [
  column('Last Seen', 'Time since it last happened.', lastSeenOf),
  column('Type', 'Normal or Warning.', ({ type }) => type ?? ''),
  column('Reason', 'What happened, in one word.', ({ reason }) => reason ?? ''),
  column('Object', 'What it happened to.', objectOf),
  wideColumn(
    'Subobject',
    'The part of the object that it concerns.',
    ({ involvedObject }) => involvedObject.fieldPath ?? '',
  ),
  wideColumn('Source', 'Who reported it, and from where.', sourceOf),
  column('Message', 'What happened, in a sentence.', ({ message }) => (message ?? '').trim()),
  wideColumn('First Seen', 'Time since it first happened.', (event, now) => ageOf(firstSeen(event), now)),
  // A number that Kubernetes calls a text.
  wideColumn('Count', 'How often it happened.', countOf),
  { ...nameColumn, priority: 1 },
]
