import type { StoredMessage } from '@periplus/bus'
import type { EventType, NewEvent, Origin, RecordedEvent } from '../event.ts'
import { headerText, textOfHeader } from './header-text.ts'
import { refOf, subjectOf } from './subject.ts'
import type { RawEvent, Upcaster } from './upcasting.ts'
import { upcast } from './upcasting.ts'

const typePrefix = 'io.periplus.object.'
const typeSuffix = '.v1'

/** A message on the log's stream that is no event of ours: somebody else wrote there. */
export class UnreadableEvent extends Error {
  override readonly name = 'UnreadableEvent'

  constructor(sequence: number, reason: string) {
    super(`the log's message ${sequence} cannot be read: ${reason}`)
  }
}

/** The event in NATS binary mode (CloudEvents 1.0, NATS protocol binding). */
export const headersOf = (cluster: string, event: NewEvent): readonly (readonly [string, string])[] => {
  const { ref, origin } = event
  const at = `${ref.resource}.${ref.group || 'core'}/${ref.namespace || '-'}/${ref.name}`
  const headers: [string, string][] = [
    ['Nats-Msg-Id', headerText(event.id)],
    ['Nats-Expected-Last-Subject-Sequence', String(event.expected)],
    ['ce-specversion', '1.0'],
    ['ce-id', headerText(event.id)],
    ['ce-source', headerText(`/clusters/${cluster}/${origin.component}`)],
    ['ce-type', `${typePrefix}${event.type}${typeSuffix}`],
    ['ce-subject', headerText(at)],
    ['ce-time', event.time],
    ['ce-datacontenttype', 'application/json'],
    ['ce-uid', headerText(event.uid)],
    ['ce-previous', String(event.previous)],
    ['ce-actor', headerText(origin.actor)],
    ['ce-causes', origin.causes.join(',')],
    ['ce-correlationid', headerText(origin.correlationId)],
  ]
  if (origin.decisionId !== undefined) headers.push(['ce-decisionid', headerText(origin.decisionId)])
  if (event.rollup) headers.push(['Nats-Rollup', 'sub'])
  return headers
}

export const messageOf = (cluster: string, event: NewEvent) => ({
  subject: subjectOf(event.ref),
  headers: headersOf(cluster, event),
  data: event.body,
})

const types: ReadonlySet<string> = new Set<EventType>([
  'created',
  'spec-changed',
  'status-changed',
  'metadata-changed',
  'deleted',
])

/** Our attributes out of `Name: value` lines; one pass, because this is most of what reading the log costs. */
export const attributesOf = (headers: string): Map<string, string> => {
  const attributes = new Map<string, string>()
  for (let at = 0; at < headers.length;) {
    const colon = headers.indexOf(': ', at)
    const end = headers.indexOf('\r\n', at)
    if (colon < 0 || end < 0) break
    if (headers.startsWith('ce-', at)) attributes.set(headers.slice(at + 3, colon), headers.slice(colon + 2, end))
    at = end + 2
  }
  return attributes
}

const noCauses: readonly number[] = []

const originOf = (attributes: ReadonlyMap<string, string>): Origin => {
  const source = attributes.get('source') ?? ''
  const causes = attributes.get('causes')
  const decisionId = attributes.get('decisionid')
  return {
    actor: textOfHeader(attributes.get('actor') ?? ''),
    component: textOfHeader(source.slice(source.indexOf('/', '/clusters/'.length) + 1)),
    causes: causes ? causes.split(',').map(Number) : noCauses,
    ...(decisionId === undefined ? {} : { decisionId: textOfHeader(decisionId) }),
    correlationId: textOfHeader(attributes.get('correlationid') ?? ''),
  }
}

/** The event of a stored message, brought to the present shape. Throws `UnreadableEvent`. */
export const eventOf = (message: StoredMessage, upcasters: readonly Upcaster[] = []): RecordedEvent => {
  const { sequence } = message
  const ref = refOf(message.subject)
  if (!ref) throw new UnreadableEvent(sequence, `subject ${message.subject}`)
  const stored: RawEvent = { attributes: attributesOf(message.headers), body: message.data }
  const { attributes, body } = upcasters.length === 0 ? stored : upcast(stored, upcasters)
  const named = attributes.get('type') ?? ''
  const type = named.slice(typePrefix.length, -typeSuffix.length)
  if (!named.startsWith(typePrefix) || !named.endsWith(typeSuffix) || !types.has(type))
    throw new UnreadableEvent(sequence, `type ${named || '(none)'}`)
  return {
    sequence,
    id: textOfHeader(attributes.get('id') ?? ''),
    type: type as EventType,
    ref,
    uid: textOfHeader(attributes.get('uid') ?? ''),
    previous: Number(attributes.get('previous') ?? 0),
    origin: originOf(attributes),
    time: attributes.get('time') ?? '',
    body,
    // Kept by the server like any other header.
    ...(message.headers.includes('Nats-Rollup: sub\r\n') ? { rollup: true } : {}),
  }
}
