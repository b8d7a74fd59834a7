import { ObjectMeta, schema } from '@periplus/api'
import type { TypeOf } from '@periplus/api'
import { typeMeta } from '../../../describe/type-meta.ts'
import { PodSpec } from './spec.ts'
import { PodStatus } from './status.ts'

const { optional, struct } = schema

export const PodSchema = struct('io.k8s.api.core.v1.Pod', {
  ...typeMeta,
  metadata: optional(1, ObjectMeta),
  spec: optional(2, PodSpec),
  status: optional(3, PodStatus),
})
export interface Pod extends TypeOf<typeof PodSchema> {}
