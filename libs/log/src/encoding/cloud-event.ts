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

type Headers = readonly (readonly [string, string])[]

/** What an event is to whoever reads CloudEvents. */
const identityHeaders = (
  cluster: string,
  { id, ref, uid, type, time, origin }: Omit<NewEvent, 'expected'>,
): Headers => [
  ['ce-specversion', '1.0'],
  ['ce-id', headerText(id)],
  ['ce-source', headerText(`/clusters/${cluster}/${origin.component}`)],
  ['ce-type', typeHeader(type)],
  ['ce-subject', headerText(readableSubject(ref))],
  ['ce-time', time],
  ['ce-datacontenttype', 'application/json'],
  ['ce-uid', headerText(uid)],
]

const originHeaders = ({ actor, causes, correlationId }: NewEvent['origin']): Headers => [
  ['ce-actor', headerText(actor)],
  ['ce-causes', causes.join(',')],
  ['ce-correlationid', headerText(correlationId)],
]

/** What an event says of itself to those outside: what happened to what, who did it, and which events led to it. */
export const toldOf = (cluster: string, event: Omit<NewEvent, 'expected'>): Headers => [
  ...identityHeaders(cluster, event),
  ...originHeaders(event.origin),
]

/** The event in NATS binary mode (CloudEvents 1.0, NATS protocol binding). */
export const headersOf = (
  cluster: string,
  event: NewEvent,
  { lastOnSubject = event.expected, replaced }: PublishedAs = {},
): Headers => {
  const { ref, origin, id, uid, previous } = event
  const subject = subjectOf(ref)
  const full = fullSubjectOf(ref)
  const type = typeHeader(event.type)
  const headers: (readonly [string, string])[] = [
    ['Nats-Msg-Id', headerText(id)],
    ['Nats-Expected-Last-Subject-Sequence', String(lastOnSubject)],
    ...identityHeaders(cluster, event),
    ['ce-previous', String(previous)],
    ...originHeaders(origin),
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
