import { ObjectMeta, schema } from '@periplus/api'
import type { TypeOf } from '@periplus/api'
import { typeMeta } from '../../describe/type-meta.ts'

const { int64, list, optional, string, struct, time } = schema
const pkg = 'io.k8s.api.authentication.v1'

export const BoundObjectReference = struct(`${pkg}.BoundObjectReference`, {
  apiVersion: optional(2, string),
  kind: optional(1, string),
  name: optional(3, string),
  uid: optional(4, string),
})
export interface BoundObjectReference extends TypeOf<typeof BoundObjectReference> {}

export const TokenRequestSpec = struct(`${pkg}.TokenRequestSpec`, {
  audiences: optional(1, list(string), { listType: 'atomic' }),
  boundObjectRef: optional(3, BoundObjectReference),
  expirationSeconds: optional(4, int64, { default: 3600 }),
})
export interface TokenRequestSpec extends TypeOf<typeof TokenRequestSpec> {}

export const TokenRequestStatus = struct(`${pkg}.TokenRequestStatus`, {
  expirationTimestamp: optional(2, time),
  token: optional(1, string),
})
export interface TokenRequestStatus extends TypeOf<typeof TokenRequestStatus> {}

export const TokenRequest = struct(`${pkg}.TokenRequest`, {
  ...typeMeta,
  metadata: optional(1, ObjectMeta),
  spec: optional(2, TokenRequestSpec),
  status: optional(3, TokenRequestStatus),
})
export interface TokenRequest extends TypeOf<typeof TokenRequest> {}
