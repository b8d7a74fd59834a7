import { fromJson, groupResource, toJson } from '@periplus/api'
import type { ObjectRef } from '@periplus/api'
import type { RecordedEvent } from '@periplus/log'

/** `deployment.apps` objects as kubectl names them: `deployments.apps/web`, with the namespace behind where there is one. */
export const nameOf = ({ group, resource, namespace, name }: ObjectRef): string =>
  `${groupResource(resource, group)}/${name}${namespace === '' ? '' : ` -n ${namespace}`}`

/** Sequence, time, actor, what happened, to what. */
const eventCells = (event: RecordedEvent): readonly string[] => [
  String(event.sequence),
  event.time,
  event.origin.actor,
  event.type,
  nameOf(event.ref),
]

/** For a stream, where later rows are not known yet: fixed widths. */
export const eventLine = (event: RecordedEvent): string => {
  const [sequence = '', time = '', actor = '', type = '', name = ''] = eventCells(event)
  return `${sequence.padStart(8)}  ${time}  ${actor.padEnd(34)}  ${type.padEnd(16)}  ${name}`
}

/** The event as a CloudEvent in structured JSON mode, one line. */
export const eventJson = (event: RecordedEvent): string =>
  toJson({
    specversion: '1.0',
    id: event.id,
    type: `io.periplus.object.${event.type}.v1`,
    sequence: event.sequence,
    time: event.time,
    subject: nameOf(event.ref),
    uid: event.uid,
    previous: event.previous,
    actor: event.origin.actor,
    causes: event.origin.causes,
    decisionid: event.origin.decisionId,
    correlationid: event.origin.correlationId,
    data: fromJson(Buffer.from(event.body).toString()) as unknown,
  })
