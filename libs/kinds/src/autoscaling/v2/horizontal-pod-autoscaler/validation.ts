import { fieldError, isPathSegment } from '@periplus/api'
import type { FieldError } from '@periplus/api'
import { each, presentAnd } from '../../../validation/values.ts'
import type { MetricSpec } from './metrics.ts'
import type { HorizontalPodAutoscaler } from './schema.ts'

const { invalid, notSupported, required } = fieldError

const sources = {
  ContainerResource: 'containerResource',
  External: 'external',
  Object: 'object',
  Pods: 'pods',
  Resource: 'resource',
} as const

const metricErrors = (path: string, metric: MetricSpec): readonly FieldError[] => {
  const field = sources[metric.type as keyof typeof sources]
  if (metric.type === '') return [required(`${path}.type`, 'must specify a metric source type')]
  if (field === undefined) return [notSupported(`${path}.type`, metric.type, Object.keys(sources))]
  return metric[field] ? [] : [required(`${path}.${field}`, `must populate the given metric source`)]
}

/** What is wrong with an autoscaler. */
export const horizontalPodAutoscalerErrors = ({ spec }: HorizontalPodAutoscaler): readonly FieldError[] => {
  if (!spec) return [required('spec.scaleTargetRef')]
  const { minReplicas = 1, maxReplicas, scaleTargetRef, metrics } = spec
  return [
    ...(minReplicas < 1 ? [invalid('spec.minReplicas', minReplicas, 'must be greater than or equal to 1')] : []),
    ...(maxReplicas < 1 ? [invalid('spec.maxReplicas', maxReplicas, 'must be greater than 0')] : []),
    ...(maxReplicas < minReplicas
      ? [invalid('spec.maxReplicas', maxReplicas, 'must be greater than or equal to `minReplicas`')]
      : []),
    ...presentAnd('spec.scaleTargetRef.kind', scaleTargetRef.kind, isPathSegment),
    ...presentAnd('spec.scaleTargetRef.name', scaleTargetRef.name, isPathSegment),
    ...each('spec.metrics', metrics, (metric, at) => metricErrors(at, metric)),
  ]
}
