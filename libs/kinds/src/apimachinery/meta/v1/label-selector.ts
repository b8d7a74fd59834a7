import { schema } from '@periplus/api'
import type { TypeOf } from '@periplus/api'

const { list, map, optional, required, string, struct } = schema
const pkg = 'io.k8s.apimachinery.pkg.apis.meta.v1'

export const LabelSelectorRequirement = struct(`${pkg}.LabelSelectorRequirement`, {
  key: required(1, string),
  operator: required(2, string),
  values: optional(3, list(string), { listType: 'atomic' }),
})
export interface LabelSelectorRequirement extends TypeOf<typeof LabelSelectorRequirement> {}

export const LabelSelector = struct(
  `${pkg}.LabelSelector`,
  {
    matchExpressions: optional(2, list(LabelSelectorRequirement), { listType: 'atomic' }),
    matchLabels: optional(1, map(string)),
  },
  { atomic: true },
)
export interface LabelSelector extends TypeOf<typeof LabelSelector> {}
