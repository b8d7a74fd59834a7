import { fromJson, toJson } from '@periplus/api'
import type { KubernetesObject, ObjectMeta } from '@periplus/api'
import type { MetricSpec, MetricStatus } from '../../v2/horizontal-pod-autoscaler/metrics.ts'
import type { HorizontalPodAutoscaler as Stored } from '../../v2/horizontal-pod-autoscaler/schema.ts'
import { withoutUndefined } from '../../../describe/without-undefined.ts'
import type { HorizontalPodAutoscaler } from './schema.ts'

/** What version 1 has no fields for travels in annotations, in the stored version's form. */
const kept = {
  metrics: 'autoscaling.alpha.kubernetes.io/metrics',
  behavior: 'autoscaling.alpha.kubernetes.io/behavior',
  currentMetrics: 'autoscaling.alpha.kubernetes.io/current-metrics',
  conditions: 'autoscaling.alpha.kubernetes.io/conditions',
} as const

/** What is merged in another version's form need not be whole. */
const nothing = { maxReplicas: 0, scaleTargetRef: { kind: '', name: '' } }

const isCpuUtilization = ({ type, resource }: MetricSpec): boolean =>
  type === 'Resource' && resource?.name === 'cpu' && resource.target?.averageUtilization !== undefined

export const toStored = (object: HorizontalPodAutoscaler): Stored => {
  const { spec, status } = object
  const read = <A>(key: keyof typeof kept): A | undefined => parsed<A>(object.metadata?.annotations?.[kept[key]])
  const { targetCPUUtilizationPercentage: cpu, ...rest } = (spec as typeof spec | undefined) ?? (nothing as typeof spec)
  const metrics = [...(cpu === undefined ? [] : [cpuMetric(cpu)]), ...(read<readonly MetricSpec[]>('metrics') ?? [])]
  return withoutUndefined({
    ...object,
    apiVersion: 'autoscaling/v2',
    metadata: object.metadata && withAnnotations(object.metadata, {}),
    spec: withoutUndefined({
      ...rest,
      metrics: metrics.length > 0 ? metrics : undefined,
      behavior: read<NonNullable<Stored['spec']>['behavior']>('behavior'),
    }),
    status:
      status &&
      withoutUndefined({
        observedGeneration: status.observedGeneration,
        lastScaleTime: status.lastScaleTime,
        currentReplicas: status.currentReplicas,
        desiredReplicas: status.desiredReplicas,
        currentMetrics: read<readonly MetricStatus[]>('currentMetrics'),
        conditions: read<NonNullable<Stored['status']>['conditions']>('conditions'),
      }),
  })
}

export const fromStored = (stored: KubernetesObject): HorizontalPodAutoscaler => {
  const { spec, status, ...object } = stored as Stored
  const { metrics = [], behavior, ...rest } = spec ?? nothing
  const cpu = metrics.find(isCpuUtilization)
  const others = metrics.filter(metric => metric !== cpu)
  const measured = status?.currentMetrics?.find(({ resource }) => resource?.name === 'cpu')?.resource?.current
  const annotations = {
    metrics: others.length > 0 ? others : undefined,
    behavior,
    currentMetrics: status?.currentMetrics,
    conditions: status?.conditions,
  }
  return withoutUndefined({
    ...object,
    apiVersion: 'autoscaling/v1',
    metadata: withAnnotations(object.metadata ?? {}, annotations),
    spec: withoutUndefined({
      ...rest,
      targetCPUUtilizationPercentage: cpu?.resource?.target?.averageUtilization,
    }),
    status:
      status &&
      withoutUndefined({
        observedGeneration: status.observedGeneration,
        lastScaleTime: status.lastScaleTime,
        currentReplicas: status.currentReplicas ?? 0,
        desiredReplicas: status.desiredReplicas,
        currentCPUUtilizationPercentage: measured?.averageUtilization,
      }),
  })
}

const cpuMetric = (averageUtilization: number): MetricSpec => ({
  type: 'Resource',
  resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization } },
})

/** The metadata with the kept annotations replaced by `values`. */
const withAnnotations = (
  metadata: ObjectMeta,
  values: Readonly<Partial<Record<keyof typeof kept, unknown>>>,
): ObjectMeta => {
  const names = new Set<string>(Object.values(kept))
  const own = Object.entries(metadata.annotations ?? {}).filter(([name]) => !names.has(name))
  const added = (Object.keys(kept) as (keyof typeof kept)[]).flatMap(key =>
    values[key] === undefined ? [] : [[kept[key], toJson(values[key])] as const],
  )
  const annotations = Object.fromEntries([...own, ...added])
  return withoutUndefined({ ...metadata, annotations: Object.keys(annotations).length > 0 ? annotations : undefined })
}

/** An annotation that isn't JSON says nothing, as in Kubernetes. */
const parsed = <A>(text: string | undefined): A | undefined => {
  if (text === undefined) return undefined
  try {
    return fromJson(text) as A
  } catch {
    return undefined
  }
}
