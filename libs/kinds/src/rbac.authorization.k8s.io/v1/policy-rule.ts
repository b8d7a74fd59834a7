import { schema } from '@periplus/api'
import type { TypeOf } from '@periplus/api'

const { list, optional, required, string, struct } = schema

export const PolicyRule = struct(
  'io.k8s.api.rbac.v1.PolicyRule',
  {
    apiGroups: optional(2, list(string), {
      listType: 'atomic',
      doc: "Groups of the resources; '' is the core group, * all.",
    }),
    nonResourceURLs: optional(5, list(string), { listType: 'atomic', doc: 'Paths outside the API.' }),
    resourceNames: optional(4, list(string), { listType: 'atomic', doc: 'Names, where it is only about some.' }),
    resources: optional(3, list(string), { listType: 'atomic', doc: 'Resources, such as pods or pods/log.' }),
    verbs: required(1, list(string), { listType: 'atomic', doc: 'Actions, such as get, list or create.' }),
  },
  { doc: 'Actions that are allowed.' },
)
export interface PolicyRule extends TypeOf<typeof PolicyRule> {}
