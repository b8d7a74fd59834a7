import { schema } from '@periplus/api'
import type { TypeOf } from '@periplus/api'

const { list, optional, required, string, struct } = schema

export const FieldSelectorRequirement = struct('io.k8s.apimachinery.pkg.apis.meta.v1.FieldSelectorRequirement', {
  key: required(1, string),
  operator: required(2, string),
  values: optional(3, list(string), { listType: 'atomic' }),
})
export interface FieldSelectorRequirement extends TypeOf<typeof FieldSelectorRequirement> {}
