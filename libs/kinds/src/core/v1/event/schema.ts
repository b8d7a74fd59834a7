import { ObjectMeta, schema } from '@periplus/api'
import type { TypeOf } from '@periplus/api'
import { typeMeta } from '../../../describe/type-meta.ts'
import { EventSource } from '../event-source.ts'
import { ObjectReference } from '../references.ts'

const { int32, microTime, optional, required, string, struct, time } = schema
const pkg = 'io.k8s.api.core.v1'

export const EventSeries = struct(`${pkg}.EventSeries`, {
  count: optional(1, int32),
  lastObservedTime: optional(2, microTime),
})
export interface EventSeries extends TypeOf<typeof EventSeries> {}

export const EventSchema = struct(
  `${pkg}.Event`,
  {
    ...typeMeta,
    action: optional(12, string),
    count: optional(8, int32, { doc: 'How often.' }),
    eventTime: optional(10, microTime),
    firstTimestamp: optional(6, time),
    involvedObject: required(2, ObjectReference, { doc: 'What it happened to.' }),
    lastTimestamp: optional(7, time),
    message: optional(4, string, { doc: 'What happened, in a sentence.' }),
    metadata: required(1, ObjectMeta),
    reason: optional(3, string, { doc: 'What happened, in one word.' }),
    related: optional(13, ObjectReference),
    reportingComponent: optional(14, string, { default: '', doc: 'Who reported it.' }),
    reportingInstance: optional(15, string, { default: '' }),
    series: optional(11, EventSeries),
    source: optional(5, EventSource),
    type: optional(9, string, { doc: 'Normal or Warning.' }),
  },
  { doc: 'Something that happened to an object.' },
)
export interface Event extends TypeOf<typeof EventSchema> {}
