import type { Kind } from '@periplus/api'
import { defineKind } from '../../../describe/define-kind.ts'
import { HorizontalPodAutoscalerSchema } from './schema.ts'
import { horizontalPodAutoscalerColumns } from './columns.ts'
import type { HorizontalPodAutoscaler as Shape } from './schema.ts'
import { horizontalPodAutoscalerDefaults } from './defaults.ts'
import { horizontalPodAutoscalerErrors } from './validation.ts'
import { horizontalPodAutoscalerStatusErrors } from './status-validation.ts'

export interface HorizontalPodAutoscaler extends Shape {}

export const HorizontalPodAutoscaler: Kind<HorizontalPodAutoscaler> = defineKind<HorizontalPodAutoscaler>({
  group: 'autoscaling',
  version: 'v2',
  kind: 'HorizontalPodAutoscaler',
  resource: 'horizontalpodautoscalers',
  shortNames: ['hpa'],
  categories: ['all'],
  namespaced: true,
  schema: HorizontalPodAutoscalerSchema,
  hasStatus: true,
  columns: horizontalPodAutoscalerColumns,
  defaults: horizontalPodAutoscalerDefaults,
  prepareForCreate: object => ({ ...object, status: { desiredReplicas: 0 } }),
  validate: horizontalPodAutoscalerErrors,
  validateStatusUpdate: horizontalPodAutoscalerStatusErrors,
})
