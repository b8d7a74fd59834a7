import { ObjectMeta, schema } from '@periplus/api'
import type { Kind, TypeOf } from '@periplus/api'
import { LabelSelector } from '../../apimachinery/meta/v1/label-selector.ts'
import { defineKind } from '../../describe/define-kind.ts'
import { typeMeta } from '../../describe/type-meta.ts'
import { PolicyRule } from './policy-rule.ts'
import { E } from '@periplus/prelude'
import { fieldError, labelSelectorAsSelector, labelSelectorErrors } from '@periplus/api'
import { each } from '../../validation/values.ts'
import { policyRuleErrors } from './policy-rule-validation.ts'

const { list, optional, struct } = schema
const pkg = 'io.k8s.api.rbac.v1'

export const AggregationRule = struct(`${pkg}.AggregationRule`, {
  clusterRoleSelectors: optional(1, list(LabelSelector), { listType: 'atomic' }),
})
export interface AggregationRule extends TypeOf<typeof AggregationRule> {}

export const ClusterRoleSchema = struct(
  `${pkg}.ClusterRole`,
  {
    ...typeMeta,
    aggregationRule: optional(3, AggregationRule, { doc: 'Other cluster roles whose rules it takes over.' }),
    metadata: optional(1, ObjectMeta),
    rules: optional(2, list(PolicyRule), { listType: 'atomic', doc: 'What may be done.' }),
  },
  { doc: 'What may be done in the whole cluster, or in any namespace that binds it.' },
)
export interface ClusterRole extends TypeOf<typeof ClusterRoleSchema> {}

export const ClusterRole: Kind<ClusterRole> = defineKind({
  group: 'rbac.authorization.k8s.io',
  version: 'v1',
  kind: 'ClusterRole',
  resource: 'clusterroles',
  namespaced: false,
  schema: ClusterRoleSchema,
  validate: ({ rules, aggregationRule }) => [
    ...policyRuleErrors('rules', rules, false),
    ...(aggregationRule && (aggregationRule.clusterRoleSelectors ?? []).length === 0
      ? [
          fieldError.required(
            'aggregationRule.clusterRoleSelectors',
            'at least one clusterRoleSelector required if aggregationRule is non-nil',
          ),
        ]
      : []),
    ...each('aggregationRule.clusterRoleSelectors', aggregationRule?.clusterRoleSelectors, (selector, at) => [
      ...labelSelectorErrors(selector, at),
      ...(E.isLeft(labelSelectorAsSelector(selector)) ? [fieldError.invalid(at, null, 'invalid label selector.')] : []),
    ]),
  ],
})
