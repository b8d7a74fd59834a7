import { ObjectMeta, schema } from '@periplus/api'
import type { Kind, TypeOf } from '@periplus/api'
import { defineKind } from '../../describe/define-kind.ts'
import { typeMeta } from '../../describe/type-meta.ts'
import { RoleRef, Subject } from './subject.ts'

const { list, optional, required, struct } = schema

export const ClusterRoleBindingSchema = struct('io.k8s.api.rbac.v1.ClusterRoleBinding', {
  ...typeMeta,
  metadata: optional(1, ObjectMeta),
  roleRef: required(3, RoleRef),
  subjects: optional(2, list(Subject), { listType: 'atomic' }),
})
export interface ClusterRoleBinding extends TypeOf<typeof ClusterRoleBindingSchema> {}

export const ClusterRoleBinding: Kind<ClusterRoleBinding> = defineKind({
  group: 'rbac.authorization.k8s.io',
  version: 'v1',
  kind: 'ClusterRoleBinding',
  resource: 'clusterrolebindings',
  namespaced: false,
  schema: ClusterRoleBindingSchema,
})
