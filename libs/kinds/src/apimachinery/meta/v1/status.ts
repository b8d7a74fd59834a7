import { schema } from '@periplus/api'
import type { TypeOf } from '@periplus/api'
import { typeMeta } from '../../../describe/type-meta.ts'
import { ListMeta } from './list-meta.ts'

const { int32, list, optional, string, struct } = schema
const pkg = 'io.k8s.apimachinery.pkg.apis.meta.v1'

export const StatusCause = struct(`${pkg}.StatusCause`, {
  field: optional(3, string),
  message: optional(2, string),
  reason: optional(1, string),
})
export interface StatusCause extends TypeOf<typeof StatusCause> {}

export const StatusDetails = struct(`${pkg}.StatusDetails`, {
  causes: optional(4, list(StatusCause), { listType: 'atomic' }),
  group: optional(2, string),
  kind: optional(3, string),
  name: optional(1, string),
  retryAfterSeconds: optional(5, int32),
  uid: optional(6, string),
})
export interface StatusDetails extends TypeOf<typeof StatusDetails> {}

export const Status = struct(`${pkg}.Status`, {
  ...typeMeta,
  code: optional(6, int32),
  details: optional(5, StatusDetails),
  message: optional(3, string),
  metadata: optional(1, ListMeta),
  reason: optional(4, string),
  status: optional(2, string),
})
export interface Status extends TypeOf<typeof Status> {}
