import { ObjectMeta, schema } from '@periplus/api'
import type { TypeOf } from '@periplus/api'
import { LabelSelector } from '../../../apimachinery/meta/v1/label-selector.ts'
import { PodTemplateSpec } from '../../../core/v1/pod/template.ts'
import { typeMeta } from '../../../describe/type-meta.ts'

const { int32, int64, intOrString, list, optional, required, string, struct, time } = schema
const pkg = 'io.k8s.api.apps.v1'

export const DaemonSetCondition = struct(`${pkg}.DaemonSetCondition`, {
  lastTransitionTime: optional(3, time),
  message: optional(5, string),
  reason: optional(4, string),
  status: required(2, string),
  type: required(1, string),
})
export interface DaemonSetCondition extends TypeOf<typeof DaemonSetCondition> {}

export const RollingUpdateDaemonSet = struct(`${pkg}.RollingUpdateDaemonSet`, {
  maxSurge: optional(2, intOrString, { default: 0 }),
  maxUnavailable: optional(1, intOrString, { default: 1 }),
})
export interface RollingUpdateDaemonSet extends TypeOf<typeof RollingUpdateDaemonSet> {}

export const DaemonSetUpdateStrategy = struct(`${pkg}.DaemonSetUpdateStrategy`, {
  rollingUpdate: optional(2, RollingUpdateDaemonSet),
  type: optional(1, string),
})
export interface DaemonSetUpdateStrategy extends TypeOf<typeof DaemonSetUpdateStrategy> {}

export const DaemonSetSpec = struct(
  `${pkg}.DaemonSetSpec`,
  {
    minReadySeconds: optional(4, int32),
    revisionHistoryLimit: optional(6, int32, { default: 10 }),
    selector: required(1, LabelSelector, { doc: 'Labels of its pods. Cannot be changed.' }),
    template: required(2, PodTemplateSpec, { doc: 'What its pods are made from.' }),
    updateStrategy: optional(3, DaemonSetUpdateStrategy, { doc: 'How pods are replaced when the template changes.' }),
  },
  { doc: 'What a DaemonSet runs, and where.' },
)
export interface DaemonSetSpec extends TypeOf<typeof DaemonSetSpec> {}

export const DaemonSetStatus = struct(`${pkg}.DaemonSetStatus`, {
  collisionCount: optional(9, int32),
  conditions: optional(10, list(DaemonSetCondition), {
    listType: 'map',
    keys: ['type'],
    mergeKey: 'type',
    patch: 'merge',
  }),
  currentNumberScheduled: required(1, int32),
  desiredNumberScheduled: required(3, int32),
  numberAvailable: optional(7, int32),
  numberMisscheduled: required(2, int32),
  numberReady: required(4, int32),
  numberUnavailable: optional(8, int32),
  observedGeneration: optional(5, int64),
  updatedNumberScheduled: optional(6, int32),
})
export interface DaemonSetStatus extends TypeOf<typeof DaemonSetStatus> {}

export const DaemonSetSchema = struct(
  `${pkg}.DaemonSet`,
  {
    ...typeMeta,
    metadata: optional(1, ObjectMeta),
    spec: optional(2, DaemonSetSpec),
    status: optional(3, DaemonSetStatus),
  },
  { doc: 'Keeps one pod running on every node, or on some.' },
)
export interface DaemonSet extends TypeOf<typeof DaemonSetSchema> {}
