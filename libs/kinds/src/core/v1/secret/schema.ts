import { ObjectMeta, schema } from '@periplus/api'
import type { TypeOf } from '@periplus/api'
import { typeMeta } from '../../../describe/type-meta.ts'

const { boolean, bytes, map, optional, string, struct } = schema

export const SecretSchema = struct('io.k8s.api.core.v1.Secret', {
  ...typeMeta,
  data: optional(2, map(bytes)),
  immutable: optional(5, boolean),
  metadata: optional(1, ObjectMeta),
  stringData: optional(4, map(string)),
  type: optional(3, string, { default: 'Opaque' }),
})
export interface Secret extends TypeOf<typeof SecretSchema> {}
