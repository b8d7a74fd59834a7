import { schema } from '@periplus/api'
import type { TypeOf } from '@periplus/api'

const { int32, list, optional, required, string, struct } = schema
const pkg = 'io.k8s.api.scheduling.v1alpha2'

export const BasicSchedulingPolicy = struct(`${pkg}.BasicSchedulingPolicy`, {})
export interface BasicSchedulingPolicy extends TypeOf<typeof BasicSchedulingPolicy> {}

export const GangSchedulingPolicy = struct(`${pkg}.GangSchedulingPolicy`, {
  minCount: required(undefined, int32),
})
export interface GangSchedulingPolicy extends TypeOf<typeof GangSchedulingPolicy> {}

export const PodGroupResourceClaim = struct(`${pkg}.PodGroupResourceClaim`, {
  name: required(undefined, string),
  resourceClaimName: optional(undefined, string),
  resourceClaimTemplateName: optional(undefined, string),
})
export interface PodGroupResourceClaim extends TypeOf<typeof PodGroupResourceClaim> {}

export const TopologyConstraint = struct(`${pkg}.TopologyConstraint`, {
  key: required(undefined, string),
})
export interface TopologyConstraint extends TypeOf<typeof TopologyConstraint> {}

export const PodGroupSchedulingConstraints = struct(`${pkg}.PodGroupSchedulingConstraints`, {
  topology: optional(undefined, list(TopologyConstraint), { listType: 'atomic' }),
})
export interface PodGroupSchedulingConstraints extends TypeOf<typeof PodGroupSchedulingConstraints> {}

export const PodGroupSchedulingPolicy = struct(`${pkg}.PodGroupSchedulingPolicy`, {
  basic: optional(undefined, BasicSchedulingPolicy),
  gang: optional(undefined, GangSchedulingPolicy),
})
export interface PodGroupSchedulingPolicy extends TypeOf<typeof PodGroupSchedulingPolicy> {}
