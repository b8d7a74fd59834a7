import type { Kind } from '@periplus/api'
import { defineKind } from '../../../describe/define-kind.ts'
import { horizontalPodAutoscalerColumns } from '../../v2/horizontal-pod-autoscaler/columns.ts'
import { fromStored, toStored } from './conversion.ts'
import { HorizontalPodAutoscalerSchema } from './schema.ts'
import type { HorizontalPodAutoscaler as Shape } from './schema.ts'
import { horizontalPodAutoscalerStatusErrors } from '../../v2/horizontal-pod-autoscaler/status-validation.ts'
import { horizontalPodAutoscalerErrors } from '../../v2/horizontal-pod-autoscaler/validation.ts'

export interface HorizontalPodAutoscaler extends Shape {}

export const HorizontalPodAutoscaler: Kind<HorizontalPodAutoscaler> = defineKind<HorizontalPodAutoscaler>({
  group: 'autoscaling',
  version: 'v1',
  kind: 'HorizontalPodAutoscaler',
  resource: 'horizontalpodautoscalers',
  shortNames: ['hpa'],
  categories: ['all'],
  namespaced: true,
  schema: HorizontalPodAutoscalerSchema,
  hasStatus: true,
  stored: false,
  conversion: { toStored, fromStored },
  columns: horizontalPodAutoscalerColumns.map(column => ({
    ...column,
    of: (object, now) => column.of(toStored(object), now),
  })),
  prepareForCreate: object => ({ ...object, status: { currentReplicas: 0, desiredReplicas: 0 } }),
  validate: object => horizontalPodAutoscalerErrors(toStored(object)),
  validateStatusUpdate: horizontalPodAutoscalerStatusErrors,
})
