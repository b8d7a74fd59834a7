import { schema } from '@periplus/api'
import type { TypeOf } from '@periplus/api'
import { LabelSelector } from '../../apimachinery/meta/v1/label-selector.ts'
import { NodeSelector, NodeSelectorTerm } from './node-selector.ts'

const { int32, list, optional, required, string, struct } = schema
const pkg = 'io.k8s.api.core.v1'

export const PreferredSchedulingTerm = struct(`${pkg}.PreferredSchedulingTerm`, {
  preference: required(2, NodeSelectorTerm),
  weight: required(1, int32),
})
export interface PreferredSchedulingTerm extends TypeOf<typeof PreferredSchedulingTerm> {}

export const NodeAffinity = struct(`${pkg}.NodeAffinity`, {
  preferredDuringSchedulingIgnoredDuringExecution: optional(2, list(PreferredSchedulingTerm), { listType: 'atomic' }),
  requiredDuringSchedulingIgnoredDuringExecution: optional(1, NodeSelector),
})
export interface NodeAffinity extends TypeOf<typeof NodeAffinity> {}

export const PodAffinityTerm = struct(`${pkg}.PodAffinityTerm`, {
  labelSelector: optional(1, LabelSelector),
  matchLabelKeys: optional(5, list(string), { listType: 'atomic' }),
  mismatchLabelKeys: optional(6, list(string), { listType: 'atomic' }),
  namespaceSelector: optional(4, LabelSelector),
  namespaces: optional(2, list(string), { listType: 'atomic' }),
  topologyKey: required(3, string),
})
export interface PodAffinityTerm extends TypeOf<typeof PodAffinityTerm> {}

export const WeightedPodAffinityTerm = struct(`${pkg}.WeightedPodAffinityTerm`, {
  podAffinityTerm: required(2, PodAffinityTerm),
  weight: required(1, int32),
})
export interface WeightedPodAffinityTerm extends TypeOf<typeof WeightedPodAffinityTerm> {}

export const PodAffinity = struct(`${pkg}.PodAffinity`, {
  preferredDuringSchedulingIgnoredDuringExecution: optional(2, list(WeightedPodAffinityTerm), { listType: 'atomic' }),
  requiredDuringSchedulingIgnoredDuringExecution: optional(1, list(PodAffinityTerm), { listType: 'atomic' }),
})
export interface PodAffinity extends TypeOf<typeof PodAffinity> {}

export const PodAntiAffinity = struct(`${pkg}.PodAntiAffinity`, {
  preferredDuringSchedulingIgnoredDuringExecution: optional(2, list(WeightedPodAffinityTerm), { listType: 'atomic' }),
  requiredDuringSchedulingIgnoredDuringExecution: optional(1, list(PodAffinityTerm), { listType: 'atomic' }),
})
export interface PodAntiAffinity extends TypeOf<typeof PodAntiAffinity> {}

export const Affinity = struct(`${pkg}.Affinity`, {
  nodeAffinity: optional(1, NodeAffinity),
  podAffinity: optional(2, PodAffinity),
  podAntiAffinity: optional(3, PodAntiAffinity),
})
export interface Affinity extends TypeOf<typeof Affinity> {}
