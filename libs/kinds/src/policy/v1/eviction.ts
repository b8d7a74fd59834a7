import { ObjectMeta, schema } from '@periplus/api'
import type { TypeOf } from '@periplus/api'
import { DeleteOptions } from '../../apimachinery/meta/v1/delete-options.ts'
import { typeMeta } from '../../describe/type-meta.ts'

const { optional, struct } = schema

export const Eviction = struct('io.k8s.api.policy.v1.Eviction', {
  ...typeMeta,
  deleteOptions: optional(2, DeleteOptions),
  metadata: optional(1, ObjectMeta),
})
export interface Eviction extends TypeOf<typeof Eviction> {}
