import { schema } from '@periplus/api'
import type { TypeOf } from '@periplus/api'

const { int64, optional, required, string, struct, time } = schema
const pkg = 'io.k8s.api.core.v1'

export const Taint = struct(`${pkg}.Taint`, {
  effect: required(3, string),
  key: required(1, string),
  timeAdded: optional(4, time),
  value: optional(2, string),
})
export interface Taint extends TypeOf<typeof Taint> {}

export const Toleration = struct(`${pkg}.Toleration`, {
  effect: optional(4, string),
  key: optional(1, string),
  operator: optional(2, string),
  tolerationSeconds: optional(5, int64),
  value: optional(3, string),
})
export interface Toleration extends TypeOf<typeof Toleration> {}
