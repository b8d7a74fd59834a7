import { schema } from '@periplus/api'
import type { TypeOf } from '@periplus/api'

const { required, string, struct } = schema

export const GroupResource = struct('io.k8s.apimachinery.pkg.apis.meta.v1.GroupResource', {
  group: required(1, string),
  resource: required(2, string),
})
export interface GroupResource extends TypeOf<typeof GroupResource> {}
