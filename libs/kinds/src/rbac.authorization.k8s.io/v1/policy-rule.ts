import { schema } from '@periplus/api'
import type { TypeOf } from '@periplus/api'

const { list, optional, required, string, struct } = schema

export const PolicyRule = struct('io.k8s.api.rbac.v1.PolicyRule', {
  apiGroups: optional(2, list(string), { listType: 'atomic' }),
  nonResourceURLs: optional(5, list(string), { listType: 'atomic' }),
  resourceNames: optional(4, list(string), { listType: 'atomic' }),
  resources: optional(3, list(string), { listType: 'atomic' }),
  verbs: required(1, list(string), { listType: 'atomic' }),
})
export interface PolicyRule extends TypeOf<typeof PolicyRule> {}
