import { schema } from '@periplus/api'
import type { TypeOf } from '@periplus/api'

const { optional, required, string, struct, time } = schema

export const DeviceTaint = struct('io.k8s.api.resource.v1beta2.DeviceTaint', {
  effect: required(3, string),
  key: required(1, string),
  timeAdded: optional(4, time),
  value: optional(2, string),
})
export interface DeviceTaint extends TypeOf<typeof DeviceTaint> {}
