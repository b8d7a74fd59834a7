import { schema } from '@periplus/api'
import type { TypeOf } from '@periplus/api'
import { LabelSelector } from '../../apimachinery/meta/v1/label-selector.ts'

const { list, optional, string, struct } = schema
const pkg = 'io.k8s.api.admissionregistration.v1alpha1'

export const NamedRuleWithOperations = struct(
  `${pkg}.NamedRuleWithOperations`,
  {
    apiGroups: optional(1, list(string), { listType: 'atomic', within: [2, 2] }),
    apiVersions: optional(2, list(string), { listType: 'atomic', within: [2, 2] }),
    operations: optional(1, list(string), { listType: 'atomic', within: [2] }),
    resourceNames: optional(1, list(string), { listType: 'atomic' }),
    resources: optional(3, list(string), { listType: 'atomic', within: [2, 2] }),
    scope: optional(4, string, { within: [2, 2] }),
  },
  { atomic: true },
)
export interface NamedRuleWithOperations extends TypeOf<typeof NamedRuleWithOperations> {}

export const MatchResources = struct(
  `${pkg}.MatchResources`,
  {
    excludeResourceRules: optional(4, list(NamedRuleWithOperations), { listType: 'atomic' }),
    matchPolicy: optional(7, string),
    namespaceSelector: optional(1, LabelSelector),
    objectSelector: optional(2, LabelSelector),
    resourceRules: optional(3, list(NamedRuleWithOperations), { listType: 'atomic' }),
  },
  { atomic: true },
)
export interface MatchResources extends TypeOf<typeof MatchResources> {}
