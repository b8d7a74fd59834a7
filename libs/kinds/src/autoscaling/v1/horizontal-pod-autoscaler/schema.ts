import { ObjectMeta, schema } from '@periplus/api'
import type { TypeOf } from '@periplus/api'
import { typeMeta } from '../../../describe/type-meta.ts'

const { int32, int64, optional, required, string, struct, time } = schema
const pkg = 'io.k8s.api.autoscaling.v1'

export const CrossVersionObjectReference = struct(
  `${pkg}.CrossVersionObjectReference`,
  {
    apiVersion: optional(3, string),
    kind: required(1, string),
    name: required(2, string),
  },
  { atomic: true },
)
export interface CrossVersionObjectReference extends TypeOf<typeof CrossVersionObjectReference> {}

export const HorizontalPodAutoscalerSpec = struct(`${pkg}.HorizontalPodAutoscalerSpec`, {
  maxReplicas: required(3, int32),
  minReplicas: optional(2, int32, { default: 1 }),
  scaleTargetRef: required(1, CrossVersionObjectReference),
  targetCPUUtilizationPercentage: optional(4, int32),
})
export interface HorizontalPodAutoscalerSpec extends TypeOf<typeof HorizontalPodAutoscalerSpec> {}

export const HorizontalPodAutoscalerStatus = struct(`${pkg}.HorizontalPodAutoscalerStatus`, {
  currentCPUUtilizationPercentage: optional(5, int32),
  currentReplicas: required(3, int32),
  desiredReplicas: required(4, int32),
  lastScaleTime: optional(2, time),
  observedGeneration: optional(1, int64),
})
export interface HorizontalPodAutoscalerStatus extends TypeOf<typeof HorizontalPodAutoscalerStatus> {}

export const HorizontalPodAutoscalerSchema = struct(`${pkg}.HorizontalPodAutoscaler`, {
  ...typeMeta,
  metadata: optional(1, ObjectMeta),
  spec: required(2, HorizontalPodAutoscalerSpec),
  status: optional(3, HorizontalPodAutoscalerStatus),
})
export interface HorizontalPodAutoscaler extends TypeOf<typeof HorizontalPodAutoscalerSchema> {}
