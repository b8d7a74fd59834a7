import { ObjectMeta, schema } from '@periplus/api'
import type { Kind, TypeOf } from '@periplus/api'
import { defineKind } from '../../describe/define-kind.ts'
import { typeMeta } from '../../describe/type-meta.ts'
import { PolicyRule } from './policy-rule.ts'
import { policyRuleErrors } from './policy-rule-validation.ts'

const { list, optional, struct } = schema

export const RoleSchema = struct(
  'io.k8s.api.rbac.v1.Role',
  {
    ...typeMeta,
    metadata: optional(1, ObjectMeta),
    rules: optional(2, list(PolicyRule), { listType: 'atomic', doc: 'What may be done.' }),
  },
  { doc: 'What may be done in one namespace.' },
)
export interface Role extends TypeOf<typeof RoleSchema> {}

export const Role: Kind<Role> = defineKind({
  group: 'rbac.authorization.k8s.io',
  version: 'v1',
  kind: 'Role',
  resource: 'roles',
  namespaced: true,
  schema: RoleSchema,
  validate: ({ rules }) => policyRuleErrors('rules', rules, true),
})
