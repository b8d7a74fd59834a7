import { schema } from '@periplus/api'
import type { TypeOf } from '@periplus/api'

const { int64, optional, required, string, struct, time } = schema

export const Condition = struct('io.k8s.apimachinery.pkg.apis.meta.v1.Condition', {
  lastTransitionTime: required(4, time),
  message: required(6, string),
  observedGeneration: optional(3, int64),
  reason: required(5, string),
  status: required(2, string),
  type: required(1, string),
})
export interface Condition extends TypeOf<typeof Condition> {}
