import { schema } from '@periplus/api'
import type { TypeOf } from '@periplus/api'

const { optional, string, struct } = schema

export const Preconditions = struct('io.k8s.apimachinery.pkg.apis.meta.v1.Preconditions', {
  resourceVersion: optional(2, string),
  uid: optional(1, string),
})
export interface Preconditions extends TypeOf<typeof Preconditions> {}
