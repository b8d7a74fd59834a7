import { ObjectMeta, schema } from '@periplus/api'
import type { TypeOf } from '@periplus/api'
import { EventSource } from '../../../core/v1/event-source.ts'
import { ObjectReference } from '../../../core/v1/references.ts'
import { typeMeta } from '../../../describe/type-meta.ts'

const { int32, microTime, optional, required, string, struct, time } = schema
const pkg = 'io.k8s.api.events.v1'

export const EventSeries = struct(`${pkg}.EventSeries`, {
  count: required(1, int32),
  lastObservedTime: required(2, microTime),
})
export interface EventSeries extends TypeOf<typeof EventSeries> {}

export const EventSchema = struct(`${pkg}.Event`, {
  ...typeMeta,
  action: optional(6, string),
  deprecatedCount: optional(15, int32),
  deprecatedFirstTimestamp: optional(13, time),
  deprecatedLastTimestamp: optional(14, time),
  deprecatedSource: optional(12, EventSource),
  eventTime: required(2, microTime),
  metadata: optional(1, ObjectMeta),
  note: optional(10, string),
  reason: optional(7, string),
  regarding: optional(8, ObjectReference),
  related: optional(9, ObjectReference),
  reportingController: optional(4, string),
  reportingInstance: optional(5, string),
  series: optional(3, EventSeries),
  type: optional(11, string),
})
export interface Event extends TypeOf<typeof EventSchema> {}
