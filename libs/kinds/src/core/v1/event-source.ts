import { schema } from '@periplus/api'
import type { TypeOf } from '@periplus/api'

const { optional, string, struct } = schema

export const EventSource = struct('io.k8s.api.core.v1.EventSource', {
  component: optional(1, string),
  host: optional(2, string),
})
export interface EventSource extends TypeOf<typeof EventSource> {}
