import { ObjectMeta, schema } from '@periplus/api'
import type { Kind, TypeOf } from '@periplus/api'
import { defineKind } from '../../describe/define-kind.ts'
import { typeMeta } from '../../describe/type-meta.ts'
import { RoleRef, Subject } from './subject.ts'

const { list, optional, required, struct } = schema

export const RoleBindingSchema = struct('io.k8s.api.rbac.v1.RoleBinding', {
  ...typeMeta,
  metadata: optional(1, ObjectMeta),
  roleRef: required(3, RoleRef),
  subjects: optional(2, list(Subject), { listType: 'atomic' }),
})
export interface RoleBinding extends TypeOf<typeof RoleBindingSchema> {}

export const RoleBinding: Kind<RoleBinding> = defineKind({
  group: 'rbac.authorization.k8s.io',
  version: 'v1',
  kind: 'RoleBinding',
  resource: 'rolebindings',
  namespaced: true,
  schema: RoleBindingSchema,
})
