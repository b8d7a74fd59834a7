import { schema } from '@periplus/api'
import type { TypeOf } from '@periplus/api'

const { optional, required, string, struct } = schema
const pkg = 'io.k8s.api.rbac.v1'

export const RoleRef = struct(
  `${pkg}.RoleRef`,
  {
    apiGroup: optional(1, string, { default: 'rbac.authorization.k8s.io' }),
    kind: required(2, string),
    name: required(3, string),
  },
  { atomic: true },
)
export interface RoleRef extends TypeOf<typeof RoleRef> {}

export const Subject = struct(
  `${pkg}.Subject`,
  {
    apiGroup: optional(2, string),
    kind: required(1, string),
    name: required(3, string),
    namespace: optional(4, string),
  },
  { atomic: true },
)
export interface Subject extends TypeOf<typeof Subject> {}
