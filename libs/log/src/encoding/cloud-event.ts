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
  const subject = `${ref.resource}.${ref.group || 'core'}/${ref.namespace || '-'}/${ref.name}`
  const headers: [string, string][] = [
    ['Nats-Msg-Id', headerText(event.id)],
    ['Nats-Expected-Last-Subject-Sequence', String(event.expected)],
    ['ce-specversion', '1.0'],
    ['ce-id', headerText(event.id)],
    ['ce-source', headerText(`/clusters/${cluster}/${origin.component}`)],
    ['ce-type', `${typePrefix}${event.type}${typeSuffix}`],
    ['ce-subject', headerText(subject)],
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

const types: ReadonlyMap<string, EventType> = new Map(
  (['created', 'spec-changed', 'status-changed', 'metadata-changed', 'deleted'] as const).map(type => [
    typePrefix + type + typeSuffix,
    type,
  ]),
)

/** Headers in the order in which they are written; the last ones by the bus. */
const written = [
  ...[
    'Nats-Msg-Id',
    'Nats-Expected-Last-Subject-Sequence',
    'ce-specversion',
    'ce-id',
    'ce-source',
    'ce-type',
    'ce-subject',
  ],
  ...[
    'ce-time',
    'ce-datacontenttype',
    'ce-uid',
    'ce-previous',
    'ce-actor',
    'ce-causes',
    'ce-correlationid',
    'ce-decisionid',
  ],
  ...['Nats-Rollup', 'Nats-Batch-Id', 'Nats-Batch-Sequence', 'Nats-Batch-Commit'],
]
const read = [
  ...['ce-id', 'ce-source', 'ce-type', 'ce-time', 'ce-uid', 'ce-previous', 'ce-actor', 'ce-causes', 'ce-correlationid'],
  ...['ce-decisionid', 'Nats-Rollup'],
]

/** Values of `read` as they are encoded, after something that nobody wants; `undefined` for what isn't there. */
type Values = readonly (string | undefined)[]
const place = (name: string): number => read.indexOf(name) + 1
const at = {
  id: place('ce-id'),
  source: place('ce-source'),
  type: place('ce-type'),
  time: place('ce-time'),
  uid: place('ce-uid'),
  previous: place('ce-previous'),
  actor: place('ce-actor'),
  causes: place('ce-causes'),
  correlationId: place('ce-correlationid'),
  decisionId: place('ce-decisionid'),
  rollup: place('Nats-Rollup'),
}

/**
 * Headers as `headersOf` writes them. Reading them is most of what reading an event costs, and matching all of them at once takes
 * a third of the time that looking at them line by line does.
 */
const asWritten = new RegExp(
  `^${written.map(name => `(?:${name}: ${read.includes(name) ? '([^\\r]*)' : '[^\\r]*'}\\r\\n)?`).join('')}$`,
)

/** In whatever order and company: CloudEvents prescribes none. */
const inAnyOrder = (headers: string): Values => {
  const values: (string | undefined)[] = [undefined, ...read.map(() => undefined)]
  for (const line of headers.split('\r\n')) {
    const colon = line.indexOf(': ')
    const found = colon < 0 ? 0 : place(line.slice(0, colon))
    if (found > 0) values[found] = line.slice(colon + 2)
  }
  return values
}

const valuesOf = (headers: string): Values => asWritten.exec(headers) ?? inAnyOrder(headers)

const noCauses: readonly number[] = []

/** Components are few, and every event names one. */
const components = new Map<string, string>()
const mostComponents = 1_000

const componentOf = (source: string): string => {
  const known = components.get(source)
  if (known !== undefined) return known
  const component = textOfHeader(source.slice(source.indexOf('/', '/clusters/'.length) + 1))
  if (components.size >= mostComponents) components.clear()
  components.set(source, component)
  return component
}

const originOf = (values: Values): Origin => {
  const actor = textOfHeader(values[at.actor] ?? '')
  const component = componentOf(values[at.source] ?? '')
  const causesText = values[at.causes]
  const causes = causesText ? causesText.split(',').map(Number) : noCauses
  const correlationId = textOfHeader(values[at.correlationId] ?? '')
  const decisionId = values[at.decisionId]
  return decisionId === undefined
    ? { actor, component, causes, correlationId }
    : { actor, component, causes, decisionId: textOfHeader(decisionId), correlationId }
}

/** The event of a stored message, brought to the present shape. Throws `UnreadableEvent`. */
export const eventOf = (message: StoredMessage, upcasters: readonly Upcaster[] = []): RecordedEvent => {
  const { sequence } = message
  const ref = refOf(message.subject)
  if (!ref) throw new UnreadableEvent(sequence, `subject ${message.subject}`)
  const { headers, data } = upcasters.length === 0 ? message : upcastMessage(message, upcasters)
  const values = valuesOf(headers)
  const type = types.get(values[at.type] ?? '')
  if (!type) throw new UnreadableEvent(sequence, `type ${values[at.type] ?? '(none)'}`)
  const event = {
    sequence,
    id: textOfHeader(values[at.id] ?? ''),
    type,
    ref,
    uid: textOfHeader(values[at.uid] ?? ''),
    previous: Number(values[at.previous] ?? 0),
    origin: originOf(values),
    time: values[at.time] ?? '',
    body: data,
  }
  // Kept by the server like any other header.
  return values[at.rollup] === undefined ? event : { ...event, rollup: true }
}
