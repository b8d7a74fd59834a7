import { ObjectMeta, schema } from '@periplus/api'
import type { Kind, TypeOf } from '@periplus/api'
import { defineKind } from '../../describe/define-kind.ts'
import { typeMeta } from '../../describe/type-meta.ts'
import { PodTemplateSpec } from './pod/template.ts'

const { optional, struct } = schema

export const PodTemplateSchema = struct('io.k8s.api.core.v1.PodTemplate', {
  ...typeMeta,
  metadata: optional(1, ObjectMeta),
  template: optional(2, PodTemplateSpec),
})
export interface PodTemplate extends TypeOf<typeof PodTemplateSchema> {}

export const PodTemplate: Kind<PodTemplate> = defineKind({
  group: '',
  version: 'v1',
  kind: 'PodTemplate',
  resource: 'podtemplates',
  namespaced: true,
  schema: PodTemplateSchema,
})
