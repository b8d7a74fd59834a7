import { schema } from '@periplus/api'
import type { TypeOf } from '@periplus/api'
import { LabelSelector } from '../../apimachinery/meta/v1/label-selector.ts'

const { list, optional, required, string, struct } = schema
const pkg = 'io.k8s.api.admissionregistration.v1'

/** Which requests policies and their bindings ask for: every version has these types, named by its package. */
export const matchTypes = (pkg: string) => {
  const MatchCondition = struct(`${pkg}.MatchCondition`, {
    expression: required(2, string),
    name: required(1, string),
  })
  const NamedRuleWithOperations = struct(
    `${pkg}.NamedRuleWithOperations`,
    {
      apiGroups: optional(1, list(string), { listType: 'atomic', within: [2, 2] }),
      apiVersions: optional(2, list(string), { listType: 'atomic', within: [2, 2] }),
      operations: optional(1, list(string), { listType: 'atomic', within: [2] }),
      resourceNames: optional(1, list(string), { listType: 'atomic' }),
      resources: optional(3, list(string), { listType: 'atomic', within: [2, 2] }),
      scope: optional(4, string, { default: '*', within: [2, 2] }),
    },
    { atomic: true },
  )
  const MatchResources = struct(
    `${pkg}.MatchResources`,
    {
      excludeResourceRules: optional(4, list(NamedRuleWithOperations), { listType: 'atomic' }),
      matchPolicy: optional(7, string, { default: 'Equivalent' }),
      namespaceSelector: optional(1, LabelSelector, { default: {} }),
      objectSelector: optional(2, LabelSelector, { default: {} }),
      resourceRules: optional(3, list(NamedRuleWithOperations), { listType: 'atomic' }),
    },
    { atomic: true },
  )
  return { MatchCondition, NamedRuleWithOperations, MatchResources }
}

export const { MatchCondition, NamedRuleWithOperations, MatchResources } = matchTypes(pkg)
export interface MatchCondition extends TypeOf<typeof MatchCondition> {}
export interface NamedRuleWithOperations extends TypeOf<typeof NamedRuleWithOperations> {}
export interface MatchResources extends TypeOf<typeof MatchResources> {}

export const RuleWithOperations = struct(`${pkg}.RuleWithOperations`, {
  apiGroups: optional(1, list(string), { listType: 'atomic', within: [2] }),
  apiVersions: optional(2, list(string), { listType: 'atomic', within: [2] }),
  operations: optional(1, list(string), { listType: 'atomic' }),
  resources: optional(3, list(string), { listType: 'atomic', within: [2] }),
  scope: optional(4, string, { default: '*', within: [2] }),
})
export interface RuleWithOperations extends TypeOf<typeof RuleWithOperations> {}
