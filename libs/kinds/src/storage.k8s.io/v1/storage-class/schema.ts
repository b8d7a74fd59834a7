import { ObjectMeta, schema } from '@periplus/api'
import type { TypeOf } from '@periplus/api'
import { TopologySelectorTerm } from '../../../core/v1/node-selector.ts'
import { typeMeta } from '../../../describe/type-meta.ts'

const { boolean, list, map, optional, required, string, struct } = schema

export const StorageClassSchema = struct(
  'io.k8s.api.storage.v1.StorageClass',
  {
    ...typeMeta,
    allowVolumeExpansion: optional(6, boolean),
    allowedTopologies: optional(8, list(TopologySelectorTerm), { listType: 'atomic' }),
    metadata: optional(1, ObjectMeta),
    mountOptions: optional(5, list(string), { listType: 'atomic' }),
    parameters: optional(3, map(string)),
    provisioner: required(2, string),
    reclaimPolicy: optional(4, string, { default: 'Delete' }),
    volumeBindingMode: optional(7, string, { default: 'Immediate' }),
  },
  { doc: 'A sort of storage, and who makes it.' },
)
export interface StorageClass extends TypeOf<typeof StorageClassSchema> {}
