import { ObjectMeta, schema } from '@periplus/api'
import type { TypeOf } from '@periplus/api'
import { PodSpec } from './spec.ts'

const { optional, struct } = schema

export const PodTemplateSpec = struct('io.k8s.api.core.v1.PodTemplateSpec', {
  metadata: optional(1, ObjectMeta),
  spec: optional(2, PodSpec),
})
export interface PodTemplateSpec extends TypeOf<typeof PodTemplateSpec> {}
