import { ObjectMeta, schema } from '@periplus/api'
import type { Kind, TypeOf } from '@periplus/api'
import { defineKind } from '../../describe/define-kind.ts'
import { typeMeta } from '../../describe/type-meta.ts'
import { ObjectReference } from './references.ts'

const { optional, required, struct } = schema

export const BindingSchema = struct('io.k8s.api.core.v1.Binding', {
  ...typeMeta,
  metadata: optional(1, ObjectMeta),
  target: required(2, ObjectReference),
})
export interface Binding extends TypeOf<typeof BindingSchema> {}

export const Binding: Kind<Binding> = defineKind({
  group: '',
  version: 'v1',
  kind: 'Binding',
  resource: 'bindings',
  namespaced: true,
  schema: BindingSchema,
  verbs: ['create'],
})
