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

export const RoleBindingSchema = struct(
  'io.k8s.api.rbac.v1.RoleBinding',
  {
    ...typeMeta,
    metadata: optional(1, ObjectMeta),
    roleRef: required(3, RoleRef, { doc: 'The role. Cannot be changed.' }),
    subjects: optional(2, list(Subject), { listType: 'atomic', doc: 'To whom.' }),
  },
  { doc: 'Grants a role to subjects in one namespace.' },
)
export interface RoleBinding extends TypeOf<typeof RoleBindingSchema> {}

const columns: readonly Column<RoleBinding>[] = [
  nameColumn,
  column('Role', 'What it grants.', ({ roleRef }) => `${roleRef.kind}/${roleRef.name}`),
  ageColumn,
  ...subjectColumns<RoleBinding>(),
]

export const RoleBinding: Kind<RoleBinding> = defineKind<RoleBinding>({
  group: 'rbac.authorization.k8s.io',
  version: 'v1',
  kind: 'RoleBinding',
  resource: 'rolebindings',
  namespaced: true,
  schema: RoleBindingSchema,
  columns,
  defaults: bindingDefaults,
  validate: object => bindingErrors(object, true),
  validateUpdate: bindingUpdateErrors,
})
