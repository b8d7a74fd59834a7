import { ObjectMeta, schema } from '@periplus/api'
import type { TypeOf } from '@periplus/api'
import { typeMeta } from '../../../describe/type-meta.ts'

const { optional, required, string, struct } = schema
const pkg = 'io.k8s.api.networking.v1'

export const IngressClassParametersReference = struct(`${pkg}.IngressClassParametersReference`, {
  apiGroup: optional(1, string),
  kind: required(2, string),
  name: required(3, string),
  namespace: optional(5, string),
  scope: optional(4, string, { default: 'Cluster' }),
})
export interface IngressClassParametersReference extends TypeOf<typeof IngressClassParametersReference> {}

export const IngressClassSpec = struct(`${pkg}.IngressClassSpec`, {
  controller: optional(1, string),
  parameters: optional(2, IngressClassParametersReference),
})
export interface IngressClassSpec extends TypeOf<typeof IngressClassSpec> {}

export const IngressClassSchema = struct(`${pkg}.IngressClass`, {
  ...typeMeta,
  metadata: optional(1, ObjectMeta),
  spec: optional(2, IngressClassSpec),
})
export interface IngressClass extends TypeOf<typeof IngressClassSchema> {}
