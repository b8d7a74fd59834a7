import { ObjectMeta, schema } from '@periplus/api'
import type { TypeOf } from '@periplus/api'
import { typeMeta } from '../../../describe/type-meta.ts'

const { boolean, bytes, map, optional, string, struct } = schema

export const SecretSchema = struct(
  'io.k8s.api.core.v1.Secret',
  {
    ...typeMeta,
    data: optional(2, map(bytes), { doc: 'Values by key, in base64.' }),
    immutable: optional(5, boolean, { doc: 'Once true, neither the data nor this changes.' }),
    metadata: optional(1, ObjectMeta),
    stringData: optional(4, map(string), { doc: 'A way of writing data as text; never shown.' }),
    type: optional(3, string, { default: 'Opaque', doc: 'What the keys are for.' }),
  },
  { doc: 'As a ConfigMap, for what only a few may read.' },
)
export interface Secret extends TypeOf<typeof SecretSchema> {}
