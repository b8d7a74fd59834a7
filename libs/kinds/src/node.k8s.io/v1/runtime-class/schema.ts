import { ObjectMeta, schema } from '@periplus/api'
import type { TypeOf } from '@periplus/api'
import { Toleration } from '../../../core/v1/tolerations.ts'
import { typeMeta } from '../../../describe/type-meta.ts'

const { list, map, optional, quantity, required, string, struct } = schema
const pkg = 'io.k8s.api.node.v1'

export const Overhead = struct(`${pkg}.Overhead`, {
  podFixed: optional(1, map(quantity)),
})
export interface Overhead extends TypeOf<typeof Overhead> {}

export const Scheduling = struct(`${pkg}.Scheduling`, {
  nodeSelector: optional(1, map(string), { mapType: 'atomic' }),
  tolerations: optional(2, list(Toleration), { listType: 'atomic' }),
})
export interface Scheduling extends TypeOf<typeof Scheduling> {}

export const RuntimeClassSchema = struct(`${pkg}.RuntimeClass`, {
  ...typeMeta,
  handler: required(2, string),
  metadata: optional(1, ObjectMeta),
  overhead: optional(3, Overhead),
  scheduling: optional(4, Scheduling),
})
export interface RuntimeClass extends TypeOf<typeof RuntimeClassSchema> {}
