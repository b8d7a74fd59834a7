import { ObjectMeta, schema } from '@periplus/api'
import type { TypeOf } from '@periplus/api'
import { LabelSelector } from '../../../apimachinery/meta/v1/label-selector.ts'
import { PodTemplateSpec } from '../../../core/v1/pod/template.ts'
import { typeMeta } from '../../../describe/type-meta.ts'

const { int32, int64, list, optional, required, string, struct, time } = schema
const pkg = 'io.k8s.api.apps.v1'

export const ReplicaSetCondition = struct(`${pkg}.ReplicaSetCondition`, {
  lastTransitionTime: optional(3, time),
  message: optional(5, string),
  reason: optional(4, string),
  status: required(2, string),
  type: required(1, string),
})
export interface ReplicaSetCondition extends TypeOf<typeof ReplicaSetCondition> {}

export const ReplicaSetSpec = struct(`${pkg}.ReplicaSetSpec`, {
  minReadySeconds: optional(4, int32),
  replicas: optional(1, int32, { default: 1 }),
  selector: required(2, LabelSelector),
  template: optional(3, PodTemplateSpec),
})
export interface ReplicaSetSpec extends TypeOf<typeof ReplicaSetSpec> {}

export const ReplicaSetStatus = struct(`${pkg}.ReplicaSetStatus`, {
  availableReplicas: optional(5, int32),
  conditions: optional(6, list(ReplicaSetCondition), {
    listType: 'map',
    keys: ['type'],
    mergeKey: 'type',
    patch: 'merge',
  }),
  fullyLabeledReplicas: optional(2, int32),
  observedGeneration: optional(3, int64),
  readyReplicas: optional(4, int32),
  replicas: required(1, int32),
  terminatingReplicas: optional(7, int32),
})
export interface ReplicaSetStatus extends TypeOf<typeof ReplicaSetStatus> {}

export const ReplicaSetSchema = struct(`${pkg}.ReplicaSet`, {
  ...typeMeta,
  metadata: optional(1, ObjectMeta),
  spec: optional(2, ReplicaSetSpec),
  status: optional(3, ReplicaSetStatus),
})
export interface ReplicaSet extends TypeOf<typeof ReplicaSetSchema> {}
