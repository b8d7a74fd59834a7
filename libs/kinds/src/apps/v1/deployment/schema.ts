import { ObjectMeta, schema } from '@periplus/api'
import type { TypeOf } from '@periplus/api'
import { LabelSelector } from '../../../apimachinery/meta/v1/label-selector.ts'
import { PodTemplateSpec } from '../../../core/v1/pod/template.ts'
import { typeMeta } from '../../../describe/type-meta.ts'

const { boolean, int32, int64, intOrString, list, optional, required, string, struct, time } = schema
const pkg = 'io.k8s.api.apps.v1'

export const DeploymentCondition = struct(`${pkg}.DeploymentCondition`, {
  lastTransitionTime: optional(7, time),
  lastUpdateTime: optional(6, time),
  message: optional(5, string),
  reason: optional(4, string),
  status: required(2, string),
  type: required(1, string),
})
export interface DeploymentCondition extends TypeOf<typeof DeploymentCondition> {}

export const RollingUpdateDeployment = struct(`${pkg}.RollingUpdateDeployment`, {
  maxSurge: optional(2, intOrString, { default: '25%' }),
  maxUnavailable: optional(1, intOrString, { default: '25%' }),
})
export interface RollingUpdateDeployment extends TypeOf<typeof RollingUpdateDeployment> {}

export const DeploymentStrategy = struct(`${pkg}.DeploymentStrategy`, {
  rollingUpdate: optional(2, RollingUpdateDeployment),
  type: optional(1, string),
})
export interface DeploymentStrategy extends TypeOf<typeof DeploymentStrategy> {}

export const DeploymentSpec = struct(`${pkg}.DeploymentSpec`, {
  minReadySeconds: optional(5, int32),
  paused: optional(7, boolean),
  progressDeadlineSeconds: optional(9, int32, { default: 600 }),
  replicas: optional(1, int32, { default: 1 }),
  revisionHistoryLimit: optional(6, int32, { default: 10 }),
  selector: required(2, LabelSelector),
  strategy: optional(4, DeploymentStrategy, { patch: 'retainKeys' }),
  template: required(3, PodTemplateSpec),
})
export interface DeploymentSpec extends TypeOf<typeof DeploymentSpec> {}

export const DeploymentStatus = struct(`${pkg}.DeploymentStatus`, {
  availableReplicas: optional(4, int32),
  collisionCount: optional(8, int32),
  conditions: optional(6, list(DeploymentCondition), {
    listType: 'map',
    keys: ['type'],
    mergeKey: 'type',
    patch: 'merge',
  }),
  observedGeneration: optional(1, int64),
  readyReplicas: optional(7, int32),
  replicas: optional(2, int32),
  terminatingReplicas: optional(9, int32),
  unavailableReplicas: optional(5, int32),
  updatedReplicas: optional(3, int32),
})
export interface DeploymentStatus extends TypeOf<typeof DeploymentStatus> {}

export const DeploymentSchema = struct(`${pkg}.Deployment`, {
  ...typeMeta,
  metadata: optional(1, ObjectMeta),
  spec: optional(2, DeploymentSpec),
  status: optional(3, DeploymentStatus),
})
export interface Deployment extends TypeOf<typeof DeploymentSchema> {}
