import type { FieldError, KubernetesObject } from '@periplus/api'
import { nonNegative } from '../../../validation/values.ts'

interface Counted extends KubernetesObject {
  readonly status?: { readonly currentReplicas?: number; readonly desiredReplicas?: number }
}

/** What is wrong with an autoscaler's status, in every version. */
export const horizontalPodAutoscalerStatusErrors = ({ status }: Counted): readonly FieldError[] => [
  ...nonNegative('status.currentReplicas', status?.currentReplicas),
  ...nonNegative('status.desiredReplicas', status?.desiredReplicas),
]
