import { ObjectMeta, schema } from '@periplus/api'
import type { Kind, TypeOf } from '@periplus/api'
import { defineKind } from '../../describe/define-kind.ts'
import { typeMeta } from '../../describe/type-meta.ts'

const { boolean, int32, optional, string, struct } = schema

export const PriorityClassSchema = struct('io.k8s.api.scheduling.v1.PriorityClass', {
  ...typeMeta,
  description: optional(4, string),
  globalDefault: optional(3, boolean),
  metadata: optional(1, ObjectMeta),
  preemptionPolicy: optional(5, string, { default: 'PreemptLowerPriority' }),
  value: optional(2, int32),
})
export interface PriorityClass extends TypeOf<typeof PriorityClassSchema> {}

export const PriorityClass: Kind<PriorityClass> = defineKind({
  group: 'scheduling.k8s.io',
  version: 'v1',
  kind: 'PriorityClass',
  resource: 'priorityclasses',
  shortNames: ['pc'],
  namespaced: false,
  schema: PriorityClassSchema,
})
