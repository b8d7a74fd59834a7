import { ObjectMeta, schema } from '@periplus/api'
import type { TypeOf } from '@periplus/api'
import { typeMeta } from '../../../describe/type-meta.ts'
import { CrossVersionObjectReference, MetricSpec, MetricStatus } from './metrics.ts'

const { int32, int64, list, optional, quantity, required, string, struct, time } = schema
const pkg = 'io.k8s.api.autoscaling.v2'

export const HPAScalingPolicy = struct(`${pkg}.HPAScalingPolicy`, {
  periodSeconds: required(3, int32),
  type: required(1, string),
  value: required(2, int32),
})
export interface HPAScalingPolicy extends TypeOf<typeof HPAScalingPolicy> {}

export const HPAScalingRules = struct(`${pkg}.HPAScalingRules`, {
  policies: optional(2, list(HPAScalingPolicy), { listType: 'atomic' }),
  selectPolicy: optional(1, string),
  stabilizationWindowSeconds: optional(3, int32),
  tolerance: optional(4, quantity),
})
export interface HPAScalingRules extends TypeOf<typeof HPAScalingRules> {}

export const HorizontalPodAutoscalerBehavior = struct(`${pkg}.HorizontalPodAutoscalerBehavior`, {
  scaleDown: optional(2, HPAScalingRules),
  scaleUp: optional(1, HPAScalingRules),
})
export interface HorizontalPodAutoscalerBehavior extends TypeOf<typeof HorizontalPodAutoscalerBehavior> {}

export const HorizontalPodAutoscalerCondition = struct(`${pkg}.HorizontalPodAutoscalerCondition`, {
  lastTransitionTime: optional(3, time),
  message: optional(5, string),
  reason: optional(4, string),
  status: required(2, string),
  type: required(1, string),
})
export interface HorizontalPodAutoscalerCondition extends TypeOf<typeof HorizontalPodAutoscalerCondition> {}

export const HorizontalPodAutoscalerSpec = struct(`${pkg}.HorizontalPodAutoscalerSpec`, {
  behavior: optional(5, HorizontalPodAutoscalerBehavior),
  maxReplicas: required(3, int32),
  metrics: optional(4, list(MetricSpec), { listType: 'atomic' }),
  minReplicas: optional(2, int32, { default: 1 }),
  scaleTargetRef: required(1, CrossVersionObjectReference),
})
export interface HorizontalPodAutoscalerSpec extends TypeOf<typeof HorizontalPodAutoscalerSpec> {}

export const HorizontalPodAutoscalerStatus = struct(`${pkg}.HorizontalPodAutoscalerStatus`, {
  conditions: optional(6, list(HorizontalPodAutoscalerCondition), {
    listType: 'map',
    keys: ['type'],
    mergeKey: 'type',
    patch: 'merge',
  }),
  currentMetrics: optional(5, list(MetricStatus), { listType: 'atomic' }),
  currentReplicas: optional(3, int32),
  desiredReplicas: required(4, int32),
  lastScaleTime: optional(2, time),
  observedGeneration: optional(1, int64),
})
export interface HorizontalPodAutoscalerStatus extends TypeOf<typeof HorizontalPodAutoscalerStatus> {}

export const HorizontalPodAutoscalerSchema = struct(
  `${pkg}.HorizontalPodAutoscaler`,
  {
    ...typeMeta,
    metadata: optional(1, ObjectMeta),
    spec: required(2, HorizontalPodAutoscalerSpec),
    status: optional(3, HorizontalPodAutoscalerStatus),
  },
  { doc: 'Changes the number of pods with what is measured.' },
)
export interface HorizontalPodAutoscaler extends TypeOf<typeof HorizontalPodAutoscalerSchema> {}
