import { ObjectMeta, schema } from '@periplus/api'
import type { Column, Kind, TypeOf } from '@periplus/api'
import { defineKind } from '../../describe/define-kind.ts'
import { typeMeta } from '../../describe/type-meta.ts'
import { bindingDefaults } from './subject-defaults.ts'
import { subjectColumns } from './subject-columns.ts'
import { RoleRef, Subject } from './subject.ts'
import { ageColumn, column, nameColumn } from '../../describe/columns.ts'
import { bindingErrors, bindingUpdateErrors } from './binding-validation.ts'

const { list, optional, required, struct } = schema

export const ClusterRoleBindingSchema = struct(
  'io.k8s.api.rbac.v1.ClusterRoleBinding',
  {
    ...typeMeta,
    metadata: optional(1, ObjectMeta),
    roleRef: required(3, RoleRef, { doc: 'The role. Cannot be changed.' }),
    subjects: optional(2, list(Subject), { listType: 'atomic', doc: 'To whom.' }),
  },
  { doc: 'Grants a role to subjects in the whole cluster.' },
)
export interface ClusterRoleBinding extends TypeOf<typeof ClusterRoleBindingSchema> {}

const columns: readonly Column<ClusterRoleBinding>[] = [
  nameColumn,
  column('Role', 'What it grants.', ({ roleRef }) => `${roleRef.kind}/${roleRef.name}`),
  ageColumn,
  ...subjectColumns<ClusterRoleBinding>(),
]

export const ClusterRoleBinding: Kind<ClusterRoleBinding> = defineKind<ClusterRoleBinding>({
  group: 'rbac.authorization.k8s.io',
  version: 'v1',
  kind: 'ClusterRoleBinding',
  resource: 'clusterrolebindings',
  namespaced: false,
  schema: ClusterRoleBindingSchema,
  columns,
  defaults: bindingDefaults,
  validate: object => bindingErrors(object, false),
  validateUpdate: bindingUpdateErrors,
})
