import { ObjectMeta, schema } from '@periplus/api'
import type { TypeOf } from '@periplus/api'
import { typeMeta } from '../../../describe/type-meta.ts'
import { PersistentVolumeClaimSpec, PersistentVolumeClaimStatus } from './spec.ts'

const { optional, struct } = schema

export const PersistentVolumeClaimSchema = struct(
  'io.k8s.api.core.v1.PersistentVolumeClaim',
  {
    ...typeMeta,
    metadata: optional(1, ObjectMeta),
    spec: optional(2, PersistentVolumeClaimSpec),
    status: optional(3, PersistentVolumeClaimStatus),
  },
  { doc: 'A wish for storage.' },
)
export interface PersistentVolumeClaim extends TypeOf<typeof PersistentVolumeClaimSchema> {}
