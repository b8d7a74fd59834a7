import { schema } from '@periplus/api'
import type { TypeOf } from '@periplus/api'

const { list, optional, required, string, struct } = schema
const pkg = 'io.k8s.api.core.v1'

export const NodeSelectorRequirement = struct(`${pkg}.NodeSelectorRequirement`, {
  key: required(1, string),
  operator: required(2, string),
  values: optional(3, list(string), { listType: 'atomic' }),
})
export interface NodeSelectorRequirement extends TypeOf<typeof NodeSelectorRequirement> {}

export const NodeSelectorTerm = struct(
  `${pkg}.NodeSelectorTerm`,
  {
    matchExpressions: optional(1, list(NodeSelectorRequirement), { listType: 'atomic' }),
    matchFields: optional(2, list(NodeSelectorRequirement), { listType: 'atomic' }),
  },
  { atomic: true },
)
export interface NodeSelectorTerm extends TypeOf<typeof NodeSelectorTerm> {}

export const NodeSelector = struct(
  `${pkg}.NodeSelector`,
  {
    nodeSelectorTerms: required(1, list(NodeSelectorTerm), { listType: 'atomic' }),
  },
  { atomic: true },
)
export interface NodeSelector extends TypeOf<typeof NodeSelector> {}

export const TopologySelectorLabelRequirement = struct(`${pkg}.TopologySelectorLabelRequirement`, {
  key: required(1, string),
  values: required(2, list(string), { listType: 'atomic' }),
})
export interface TopologySelectorLabelRequirement extends TypeOf<typeof TopologySelectorLabelRequirement> {}

export const TopologySelectorTerm = struct(
  `${pkg}.TopologySelectorTerm`,
  {
    matchLabelExpressions: optional(1, list(TopologySelectorLabelRequirement), { listType: 'atomic' }),
  },
  { atomic: true },
)
export interface TopologySelectorTerm extends TypeOf<typeof TopologySelectorTerm> {}
