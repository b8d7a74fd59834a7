import { ObjectMeta, schema } from '@periplus/api'
import type { Kind, TypeOf } from '@periplus/api'
import { defineKind } from '../../describe/define-kind.ts'
import { typeMeta } from '../../describe/type-meta.ts'
import { PodGroupResourceClaim, PodGroupSchedulingConstraints, PodGroupSchedulingPolicy } from './scheduling-policy.ts'

const { int32, list, optional, required, string, struct } = schema
const pkg = 'io.k8s.api.scheduling.v1alpha2'

export const PodGroupTemplate = struct(`${pkg}.PodGroupTemplate`, {
  disruptionMode: optional(undefined, string),
  name: required(undefined, string),
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
export interface PodGroupTemplate extends TypeOf<typeof PodGroupTemplate> {}

export const TypedLocalObjectReference = struct(`${pkg}.TypedLocalObjectReference`, {
  apiGroup: optional(undefined, string),
  kind: required(undefined, string),
  name: required(undefined, string),
})
export interface TypedLocalObjectReference extends TypeOf<typeof TypedLocalObjectReference> {}

export const WorkloadSpec = struct(`${pkg}.WorkloadSpec`, {
  controllerRef: optional(undefined, TypedLocalObjectReference),
  podGroupTemplates: required(undefined, list(PodGroupTemplate), { listType: 'map', keys: ['name'] }),
})
export interface WorkloadSpec extends TypeOf<typeof WorkloadSpec> {}

export const WorkloadSchema = struct(`${pkg}.Workload`, {
  ...typeMeta,
  metadata: optional(undefined, ObjectMeta),
  spec: required(undefined, WorkloadSpec),
})
export interface Workload extends TypeOf<typeof WorkloadSchema> {}

export const Workload: Kind<Workload> = defineKind({
  group: 'scheduling.k8s.io',
  version: 'v1alpha2',
  kind: 'Workload',
  resource: 'workloads',
  namespaced: true,
  schema: WorkloadSchema,
})
