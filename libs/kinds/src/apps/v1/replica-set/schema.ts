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

export const ReplicaSetSpec = struct(
  `${pkg}.ReplicaSetSpec`,
  {
    minReadySeconds: optional(4, int32, { doc: 'Seconds that a pod must be ready before it counts as available.' }),
    replicas: optional(1, int32, { default: 1, doc: 'Pods to keep running.' }),
    selector: required(2, LabelSelector, { doc: 'Labels of its pods. Cannot be changed.' }),
    template: optional(3, PodTemplateSpec, { doc: 'What its pods are made from.' }),
  },
  { doc: 'What a ReplicaSet keeps running.' },
)
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

export const ReplicaSetSchema = struct(
  `${pkg}.ReplicaSet`,
  {
    ...typeMeta,
    metadata: optional(1, ObjectMeta),
    spec: optional(2, ReplicaSetSpec),
    status: optional(3, ReplicaSetStatus),
  },
  { doc: 'Keeps a number of equal pods running. Mostly made by a deployment.' },
)
export interface ReplicaSet extends TypeOf<typeof ReplicaSetSchema> {}
