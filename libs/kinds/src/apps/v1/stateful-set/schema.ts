import { ObjectMeta, schema } from '@periplus/api'
import type { TypeOf } from '@periplus/api'
import { LabelSelector } from '../../../apimachinery/meta/v1/label-selector.ts'
import { PersistentVolumeClaimSchema } from '../../../core/v1/persistent-volume-claim/schema.ts'
import { PodTemplateSpec } from '../../../core/v1/pod/template.ts'
import { typeMeta } from '../../../describe/type-meta.ts'

const { int32, int64, intOrString, list, optional, required, string, struct, time } = schema
const pkg = 'io.k8s.api.apps.v1'

export const RollingUpdateStatefulSetStrategy = struct(`${pkg}.RollingUpdateStatefulSetStrategy`, {
  maxUnavailable: optional(2, intOrString),
  partition: optional(1, int32, { default: 0 }),
})
export interface RollingUpdateStatefulSetStrategy extends TypeOf<typeof RollingUpdateStatefulSetStrategy> {}

export const StatefulSetCondition = struct(`${pkg}.StatefulSetCondition`, {
  lastTransitionTime: optional(3, time),
  message: optional(5, string),
  reason: optional(4, string),
  status: required(2, string),
  type: required(1, string),
})
export interface StatefulSetCondition extends TypeOf<typeof StatefulSetCondition> {}

export const StatefulSetOrdinals = struct(`${pkg}.StatefulSetOrdinals`, {
  start: optional(1, int32),
})
export interface StatefulSetOrdinals extends TypeOf<typeof StatefulSetOrdinals> {}

export const StatefulSetPersistentVolumeClaimRetentionPolicy = struct(
  `${pkg}.StatefulSetPersistentVolumeClaimRetentionPolicy`,
  {
    whenDeleted: optional(1, string, { default: 'Retain' }),
    whenScaled: optional(2, string, { default: 'Retain' }),
  },
)
export interface StatefulSetPersistentVolumeClaimRetentionPolicy extends TypeOf<
  typeof StatefulSetPersistentVolumeClaimRetentionPolicy
> {}

export const StatefulSetUpdateStrategy = struct(`${pkg}.StatefulSetUpdateStrategy`, {
  rollingUpdate: optional(2, RollingUpdateStatefulSetStrategy),
  type: optional(1, string),
})
export interface StatefulSetUpdateStrategy extends TypeOf<typeof StatefulSetUpdateStrategy> {}

export const StatefulSetSpec = struct(
  `${pkg}.StatefulSetSpec`,
  {
    minReadySeconds: optional(9, int32),
    ordinals: optional(11, StatefulSetOrdinals),
    persistentVolumeClaimRetentionPolicy: optional(10, StatefulSetPersistentVolumeClaimRetentionPolicy),
    podManagementPolicy: optional(6, string, {
      default: 'OrderedReady',
      doc: 'OrderedReady: one after the other. Parallel: all at once.',
    }),
    replicas: optional(1, int32, { default: 1, doc: 'Pods to keep running, numbered from 0.' }),
    revisionHistoryLimit: optional(8, int32, { default: 10 }),
    selector: required(2, LabelSelector, { doc: 'Labels of its pods. Cannot be changed.' }),
    serviceName: optional(5, string, { doc: 'The service that gives its pods their names.' }),
    template: required(3, PodTemplateSpec, { doc: 'What its pods are made from.' }),
    updateStrategy: optional(7, StatefulSetUpdateStrategy, { doc: 'How pods are replaced when the template changes.' }),
    volumeClaimTemplates: optional(4, list(PersistentVolumeClaimSchema), {
      listType: 'atomic',
      doc: 'Claims that each pod gets for itself.',
    }),
  },
  { doc: 'What a StatefulSet keeps running.' },
)
export interface StatefulSetSpec extends TypeOf<typeof StatefulSetSpec> {}

export const StatefulSetStatus = struct(`${pkg}.StatefulSetStatus`, {
  availableReplicas: optional(11, int32, { default: 0 }),
  collisionCount: optional(9, int32),
  conditions: optional(10, list(StatefulSetCondition), {
    listType: 'map',
    keys: ['type'],
    mergeKey: 'type',
    patch: 'merge',
  }),
  currentReplicas: optional(4, int32),
  currentRevision: optional(6, string),
  observedGeneration: optional(1, int64),
  readyReplicas: optional(3, int32),
  replicas: required(2, int32),
  updateRevision: optional(7, string),
  updatedReplicas: optional(5, int32),
})
export interface StatefulSetStatus extends TypeOf<typeof StatefulSetStatus> {}

export const StatefulSetSchema = struct(
  `${pkg}.StatefulSet`,
  {
    ...typeMeta,
    metadata: optional(1, ObjectMeta),
    spec: optional(2, StatefulSetSpec),
    status: optional(3, StatefulSetStatus),
  },
  { doc: 'Keeps pods running that have a name, an order and storage of their own.' },
)
export interface StatefulSet extends TypeOf<typeof StatefulSetSchema> {}
