import { ObjectMeta, schema } from '@periplus/api'
import type { TypeOf } from '@periplus/api'
import { typeMeta } from '../../../describe/type-meta.ts'

const { boolean, bytes, map, optional, string, struct } = schema

export const ConfigMapSchema = struct('io.k8s.api.core.v1.ConfigMap', {
  ...typeMeta,
  binaryData: optional(3, map(bytes)),
  data: optional(2, map(string)),
  immutable: optional(4, boolean),
  metadata: optional(1, ObjectMeta),
})
export interface ConfigMap extends TypeOf<typeof ConfigMapSchema> {}
