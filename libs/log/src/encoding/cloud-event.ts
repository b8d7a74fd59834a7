import type { StoredMessage } from '@periplus/bus'
import type { EventType, NewEvent, Origin, RecordedEvent } from '../event.ts'
import { headerText, textOfHeader } from './header-text.ts'
import { refOf, subjectOf } from './subject.ts'
import type { Upcaster } from './upcasting.ts'
import { upcastMessage } from './upcasting.ts'

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

/** Attributes as they are encoded in headers. Reading them is most of what reading the log costs, so: one pass, no map. */
const attributesOf = (headers: string) => {
  const attributes = {
    id: '',
    source: '',
    type: '',
    time: '',
    uid: '',
    previous: '0',
    actor: '',
    causes: '',
    correlationId: '',
    decisionId: undefined as string | undefined,
    rollup: false,
  }
  for (let at = 0, end = headers.indexOf('\r\n'); end >= 0; at = end + 2, end = headers.indexOf('\r\n', at)) {
    const colon = headers.indexOf(': ', at)
    switch (headers.slice(at, colon)) {
      case 'ce-id':
        attributes.id = headers.slice(colon + 2, end)
        break
      case 'ce-source':
        attributes.source = headers.slice(colon + 2, end)
        break
      case 'ce-type':
        attributes.type = headers.slice(colon + 2, end)
        break
      case 'ce-time':
        attributes.time = headers.slice(colon + 2, end)
        break
      case 'ce-uid':
        attributes.uid = headers.slice(colon + 2, end)
        break
      case 'ce-previous':
        attributes.previous = headers.slice(colon + 2, end)
        break
      case 'ce-actor':
        attributes.actor = headers.slice(colon + 2, end)
        break
      case 'ce-causes':
        attributes.causes = headers.slice(colon + 2, end)
        break
      case 'ce-correlationid':
        attributes.correlationId = headers.slice(colon + 2, end)
        break
      case 'ce-decisionid':
        attributes.decisionId = headers.slice(colon + 2, end)
        break
      case 'Nats-Rollup':
        // Kept by the server like any other header.
        attributes.rollup = true
    }
  }
  return attributes
}

const noCauses: readonly number[] = []

const originOf = ({ source, actor, causes, correlationId, decisionId }: ReturnType<typeof attributesOf>): Origin => ({
  actor: textOfHeader(actor),
  component: textOfHeader(source.slice(source.indexOf('/', '/clusters/'.length) + 1)),
  causes: causes ? causes.split(',').map(Number) : noCauses,
  ...(decisionId === undefined ? {} : { decisionId: textOfHeader(decisionId) }),
  correlationId: textOfHeader(correlationId),
})

const typeOf = (named: string): EventType | undefined => {
  const type = named.slice(typePrefix.length, -typeSuffix.length)
  return named.startsWith(typePrefix) && named.endsWith(typeSuffix) && types.has(type) ? (type as EventType) : undefined
}

/** The event of a stored message, brought to the present shape. Throws `UnreadableEvent`. */
export const eventOf = (message: StoredMessage, upcasters: readonly Upcaster[] = []): RecordedEvent => {
  const { sequence } = message
  const ref = refOf(message.subject)
  if (!ref) throw new UnreadableEvent(sequence, `subject ${message.subject}`)
  const { headers, data } = upcasters.length === 0 ? message : upcastMessage(message, upcasters)
  const attributes = attributesOf(headers)
  const type = typeOf(attributes.type)
  if (!type) throw new UnreadableEvent(sequence, `type ${attributes.type || '(none)'}`)
  return {
    sequence,
    id: textOfHeader(attributes.id),
    type,
    ref,
    uid: textOfHeader(attributes.uid),
    previous: Number(attributes.previous),
    origin: originOf(attributes),
    time: attributes.time,
    body: data,
    ...(attributes.rollup ? { rollup: true } : {}),
  }
}
