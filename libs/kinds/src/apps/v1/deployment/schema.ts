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

export const RollingUpdateDeployment = struct(
  `${pkg}.RollingUpdateDeployment`,
  {
    maxSurge: optional(2, intOrString, {
      default: '25%',
      doc: 'Pods above the number asked for: a number or a percentage, rounded up.',
    }),
    maxUnavailable: optional(1, intOrString, {
      default: '25%',
      doc: 'Pods below the number asked for: a number or a percentage, rounded down.',
    }),
  },
  { doc: 'How fast pods are replaced.' },
)
export interface RollingUpdateDeployment extends TypeOf<typeof RollingUpdateDeployment> {}

export const DeploymentStrategy = struct(
  `${pkg}.DeploymentStrategy`,
  {
    rollingUpdate: optional(2, RollingUpdateDeployment, { doc: 'How fast, for RollingUpdate.' }),
    type: optional(1, string, { doc: 'RollingUpdate, or Recreate: all old ones go before the first new one comes.' }),
  },
  { doc: 'How old pods are replaced by new ones.' },
)
export interface DeploymentStrategy extends TypeOf<typeof DeploymentStrategy> {}

export const DeploymentSpec = struct(
  `${pkg}.DeploymentSpec`,
  {
    minReadySeconds: optional(5, int32, { doc: 'Seconds that a pod must be ready before it counts as available.' }),
    paused: optional(7, boolean, { doc: 'While true, changes of the template wait.' }),
    progressDeadlineSeconds: optional(9, int32, {
      default: 600,
      doc: 'Seconds without progress after which the rollout counts as failed.',
    }),
    replicas: optional(1, int32, { default: 1, doc: 'Pods to keep running.' }),
    revisionHistoryLimit: optional(6, int32, { default: 10, doc: 'Old ReplicaSets that are kept to go back to.' }),
    selector: required(2, LabelSelector, { doc: 'Labels of its pods. Cannot be changed.' }),
    strategy: optional(4, DeploymentStrategy, { patch: 'retainKeys', doc: 'How old pods are replaced by new ones.' }),
    template: required(3, PodTemplateSpec, { doc: 'What its pods are made from.' }),
  },
  { doc: 'What a deployment should run, and how it changes.' },
)
export interface DeploymentSpec extends TypeOf<typeof DeploymentSpec> {}

export const DeploymentStatus = struct(
  `${pkg}.DeploymentStatus`,
  {
    availableReplicas: optional(4, int32, { doc: 'Pods ready for at least minReadySeconds.' }),
    collisionCount: optional(8, int32),
    conditions: optional(6, list(DeploymentCondition), {
      listType: 'map',
      keys: ['type'],
      mergeKey: 'type',
      patch: 'merge',
      doc: 'Whether it is available and making progress.',
    }),
    observedGeneration: optional(1, int64, { doc: 'The generation of the spec that this status is about.' }),
    readyReplicas: optional(7, int32, { doc: 'Pods that are ready.' }),
    replicas: optional(2, int32, { doc: 'Pods of all its templates that exist.' }),
    terminatingReplicas: optional(9, int32),
    unavailableReplicas: optional(5, int32, { doc: 'Pods still needed.' }),
    updatedReplicas: optional(3, int32, { doc: 'Pods made from the current template.' }),
  },
  { doc: 'How far a deployment is.' },
)
export interface DeploymentStatus extends TypeOf<typeof DeploymentStatus> {}

export const DeploymentSchema = struct(
  `${pkg}.Deployment`,
  {
    ...typeMeta,
    metadata: optional(1, ObjectMeta),
    spec: optional(2, DeploymentSpec, { doc: 'What should run, and how it changes.' }),
    status: optional(3, DeploymentStatus, { doc: 'How far it is.' }),
  },
  { doc: 'Keeps a number of pods running and moves them from one template to the next, a few at a time.' },
)
export interface Deployment extends TypeOf<typeof DeploymentSchema> {}
