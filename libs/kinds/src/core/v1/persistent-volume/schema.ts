import { ObjectMeta, schema } from '@periplus/api'
import type { TypeOf } from '@periplus/api'
import { typeMeta } from '../../../describe/type-meta.ts'
import { PersistentVolumeSpec } from './spec.ts'

const { optional, string, struct, time } = schema
const pkg = 'io.k8s.api.core.v1'

export const PersistentVolumeStatus = struct(`${pkg}.PersistentVolumeStatus`, {
  lastPhaseTransitionTime: optional(4, time),
  message: optional(2, string),
  phase: optional(1, string),
  reason: optional(3, string),
})
export interface PersistentVolumeStatus extends TypeOf<typeof PersistentVolumeStatus> {}

export const PersistentVolumeSchema = struct(
  `${pkg}.PersistentVolume`,
  {
    ...typeMeta,
    metadata: optional(1, ObjectMeta),
    spec: optional(2, PersistentVolumeSpec),
    status: optional(3, PersistentVolumeStatus),
  },
  { doc: 'Storage that outlives pods.' },
)
export interface PersistentVolume extends TypeOf<typeof PersistentVolumeSchema> {}
