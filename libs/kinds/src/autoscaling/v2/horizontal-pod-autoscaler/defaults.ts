import type { HorizontalPodAutoscaler } from './schema.ts'

/** One that names no metric watches the processors: 80 percent of what the pods ask for. */
export const horizontalPodAutoscalerDefaults = (object: HorizontalPodAutoscaler): HorizontalPodAutoscaler => {
  const { spec } = object
  if (!spec || (spec.metrics?.length ?? 0) > 0) return object
  const target = { type: 'Utilization', averageUtilization: 80 }
  return { ...object, spec: { ...spec, metrics: [{ type: 'Resource', resource: { name: 'cpu', target } }] } }
}
