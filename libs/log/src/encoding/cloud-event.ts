import type { NewEvent, Sequence } from '../event.ts'
import { digestOf } from './digest.ts'
import { typeHeader } from './event-types.ts'
import { headerText } from './header-text.ts'
import { fullSubjectOf, subjectOf } from './subject.ts'

/** `ce-subject` as text: `<resource>.<group>/<namespace>/<name>`. */
export const readableSubject = ({ group, resource, namespace, name }: NewEvent['ref']): string =>
  `${resource}.${group || 'core'}/${namespace || '-'}/${name}`

/** How an event is published. */
export interface PublishedAs {
  /** The subject's last sequence as the server must have it; default: the event's `expected`. */
  readonly lastOnSubject?: Sequence
  /** Of a rollup: how many messages of its subject it and those before it have replaced. */
  readonly replaced?: number
}

/** The event in NATS binary mode (CloudEvents 1.0, NATS protocol binding). */
export const headersOf = (
  cluster: string,
  event: NewEvent,
  { lastOnSubject = event.expected, replaced }: PublishedAs = {},
): readonly (readonly [string, string])[] => {
  const { ref, origin, id, uid, previous } = event
  const subject = subjectOf(ref)
  const full = fullSubjectOf(ref)
  const type = typeHeader(event.type)
  const headers: [string, string][] = [
    ['Nats-Msg-Id', headerText(id)],
    ['Nats-Expected-Last-Subject-Sequence', String(lastOnSubject)],
    ['ce-specversion', '1.0'],
    ['ce-id', headerText(id)],
    ['ce-source', headerText(`/clusters/${cluster}/${origin.component}`)],
    ['ce-type', type],
    ['ce-subject', headerText(readableSubject(ref))],
    ['ce-time', event.time],
    ['ce-datacontenttype', 'application/json'],
    ['ce-uid', headerText(uid)],
    ['ce-previous', String(previous)],
    ['ce-actor', headerText(origin.actor)],
    ['ce-causes', origin.causes.join(',')],
    ['ce-correlationid', headerText(origin.correlationId)],
    ['ce-digest', digestOf({ subject: full, id, type, uid, previous }, event.body)],
  ]
  if (origin.decisionId !== undefined) headers.push(['ce-decisionid', headerText(origin.decisionId)])
  if (full !== subject) headers.push(['ce-fullsubject', full])
  if (event.admission !== undefined) headers.push(['ce-admission', headerText(event.admission)])
  if (event.sealed !== undefined) headers.push(['ce-sealed', headerText(event.sealed)])
  if (replaced !== undefined) headers.push(['ce-replaced', String(replaced)])
  if (event.rollup) headers.push(['Nats-Rollup', 'sub'])
  return headers
}

/** The event as a message to publish. */
export const messageOf = (cluster: string, event: NewEvent, as?: PublishedAs) => ({
  subject: subjectOf(event.ref),
  headers: headersOf(cluster, event, as),
  data: event.body,
})
