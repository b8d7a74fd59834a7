import type { HPAScalingRules, HorizontalPodAutoscaler, HorizontalPodAutoscalerSpec } from './schema.ts'

/** One that names no metric watches the processors: 80 percent of what the pods ask for. */
const metrics: HorizontalPodAutoscalerSpec['metrics'] = [
  { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } },
]

const everything = { type: 'Percent', value: 100, periodSeconds: 15 }

const scaleUp: HPAScalingRules = {
  stabilizationWindowSeconds: 0,
  selectPolicy: 'Max',
  policies: [{ type: 'Pods', value: 4, periodSeconds: 15 }, everything],
}

const scaleDown: HPAScalingRules = { selectPolicy: 'Max', policies: [everything] }

/** Whoever says anything of how it scales is told all of it. */
const behaviour = (spec: HorizontalPodAutoscalerSpec): Partial<HorizontalPodAutoscalerSpec> =>
  spec.behavior
    ? {
        behavior: {
          scaleUp: { ...scaleUp, ...spec.behavior.scaleUp },
          scaleDown: { ...scaleDown, ...spec.behavior.scaleDown },
        },
      }
    : {}

/** Defaults that depend on other fields. */
export const horizontalPodAutoscalerDefaults = (object: HorizontalPodAutoscaler): HorizontalPodAutoscaler => {
  const { spec } = object
  if (!spec) return object
  const named = (spec.metrics?.length ?? 0) > 0
  return { ...object, spec: { ...spec, ...(!named && { metrics }), ...behaviour(spec) } }
}
