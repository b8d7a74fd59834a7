import { ObjectMeta, schema } from '@periplus/api'
import type { Kind, TypeOf } from '@periplus/api'
import { Condition } from '../../apimachinery/meta/v1/condition.ts'
import { defineKind } from '../../describe/define-kind.ts'
import { typeMeta } from '../../describe/type-meta.ts'
import { PodGroupResourceClaim, PodGroupSchedulingConstraints, PodGroupSchedulingPolicy } from './scheduling-policy.ts'

const { int32, list, optional, required, string, struct } = schema
const pkg = 'io.k8s.api.scheduling.v1alpha2'

export const PodGroupResourceClaimStatus = struct(`${pkg}.PodGroupResourceClaimStatus`, {
  name: required(undefined, string),
  resourceClaimName: optional(undefined, string),
})
export interface PodGroupResourceClaimStatus extends TypeOf<typeof PodGroupResourceClaimStatus> {}

export const WorkloadPodGroupTemplateReference = struct(`${pkg}.WorkloadPodGroupTemplateReference`, {
  podGroupTemplateName: required(undefined, string),
  workloadName: required(undefined, string),
})
export interface WorkloadPodGroupTemplateReference extends TypeOf<typeof WorkloadPodGroupTemplateReference> {}

export const PodGroupTemplateReference = struct(`${pkg}.PodGroupTemplateReference`, {
  workload: optional(undefined, WorkloadPodGroupTemplateReference),
})
export interface PodGroupTemplateReference extends TypeOf<typeof PodGroupTemplateReference> {}

export const PodGroupSpec = struct(`${pkg}.PodGroupSpec`, {
  disruptionMode: optional(undefined, string),
  podGroupTemplateRef: optional(undefined, PodGroupTemplateReference),
  priority: optional(undefined, int32),
  priorityClassName: optional(undefined, string),
  resourceClaims: optional(undefined, list(PodGroupResourceClaim), {
    listType: 'map',
    keys: ['name'],
    mergeKey: 'name',
    patch: 'merge,retainKeys',
  }),
  schedulingConstraints: optional(undefined, PodGroupSchedulingConstraints),
  schedulingPolicy: required(undefined, PodGroupSchedulingPolicy),
})
export interface PodGroupSpec extends TypeOf<typeof PodGroupSpec> {}

export const PodGroupStatus = struct(`${pkg}.PodGroupStatus`, {
  conditions: optional(undefined, list(Condition), {
    listType: 'map',
    keys: ['type'],
    mergeKey: 'type',
    patch: 'merge',
  }),
  resourceClaimStatuses: optional(undefined, list(PodGroupResourceClaimStatus), {
    listType: 'map',
    keys: ['name'],
    mergeKey: 'name',
    patch: 'merge,retainKeys',
  }),
})
export interface PodGroupStatus extends TypeOf<typeof PodGroupStatus> {}

export const PodGroupSchema = struct(`${pkg}.PodGroup`, {
  ...typeMeta,
  metadata: optional(undefined, ObjectMeta),
  spec: required(undefined, PodGroupSpec),
  status: optional(undefined, PodGroupStatus),
})
export interface PodGroup extends TypeOf<typeof PodGroupSchema> {}

export const PodGroup: Kind<PodGroup> = defineKind({
  group: 'scheduling.k8s.io',
  version: 'v1alpha2',
  kind: 'PodGroup',
  resource: 'podgroups',
  namespaced: true,
  schema: PodGroupSchema,
  hasStatus: true,
  generationOf: object => object.spec,
})
