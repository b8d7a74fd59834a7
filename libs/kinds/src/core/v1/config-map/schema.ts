import { ObjectMeta, schema } from '@periplus/api'
import type { TypeOf } from '@periplus/api'
import { typeMeta } from '../../../describe/type-meta.ts'

const { boolean, bytes, map, optional, string, struct } = schema

export const ConfigMapSchema = struct(
  'io.k8s.api.core.v1.ConfigMap',
  {
    ...typeMeta,
    binaryData: optional(3, map(bytes), { doc: 'Values that are no text, in base64.' }),
    data: optional(2, map(string), { doc: 'Values by key; a key is a file name.' }),
    immutable: optional(4, boolean, { doc: 'Once true, neither the data nor this changes.' }),
    metadata: optional(1, ObjectMeta),
  },
  { doc: 'Settings that pods read as files or environment variables.' },
)
export interface ConfigMap extends TypeOf<typeof ConfigMapSchema> {}
