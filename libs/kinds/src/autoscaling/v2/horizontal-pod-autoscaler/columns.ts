import type { Column } from '@periplus/api'
import { ageColumn, column, nameColumn } from '../../../describe/columns.ts'
import type { MetricSpec, MetricStatus, MetricTarget, MetricValueStatus } from './metrics.ts'
import type { HorizontalPodAutoscaler } from './schema.ts'

const shown = 2

interface Measured {
  /** Said of averages where there are others. */
  readonly average?: string
  readonly label: string
  readonly target: MetricTarget | undefined
  readonly current: MetricValueStatus | undefined
}

const measured = (spec: MetricSpec, status: MetricStatus | undefined): Measured => {
  switch (spec.type) {
    case 'Resource':
      return {
        label: `${spec.resource?.name ?? ''}: `,
        target: spec.resource?.target,
        current: status?.resource?.current,
      }
    case 'ContainerResource':
      return {
        label: `${spec.containerResource?.name ?? ''}: `,
        target: spec.containerResource?.target,
        current: status?.containerResource?.current,
      }
    case 'Pods':
      return { label: '', target: spec.pods?.target, current: status?.pods?.current }
    case 'Object':
      return { label: '', target: spec.object?.target, current: status?.object?.current, average: ' (avg)' }
    case 'External':
      return { label: '', target: spec.external?.target, current: status?.external?.current, average: ' (avg)' }
    default:
      return { label: '', target: undefined, current: undefined }
  }
}

const targetText = ({ label, target, current, average = '' }: Measured): string => {
  if (target?.averageUtilization !== undefined)
    return `${label}${percent(current?.averageUtilization)}/${percent(target.averageUtilization)}`
  if (target?.averageValue !== undefined)
    return `${label}${current?.averageValue ?? '<unknown>'}/${target.averageValue}${average}`
  return target === undefined ? '<unknown type>' : `${label}${current?.value ?? '<unknown>'}/${target.value ?? ''}`
}

const percent = (value: number | undefined): string => (value === undefined ? '<unknown>' : `${value}%`)

const targetsOf = ({ spec, status }: HorizontalPodAutoscaler): string => {
  const metrics = spec?.metrics ?? []
  if (metrics.length === 0) return '<none>'
  const texts = metrics.slice(0, shown).map((metric, i) => targetText(measured(metric, status?.currentMetrics?.[i])))
  return metrics.length > shown ? `${texts.join(', ')} + ${metrics.length - shown} more...` : texts.join(', ')
}

/** What `kubectl get horizontalpodautoscalers` prints. */
export const horizontalPodAutoscalerColumns: readonly Column<HorizontalPodAutoscaler>[] = [
  nameColumn,
  column('Reference', 'What it scales.', ({ spec }) =>
    spec ? `${spec.scaleTargetRef.kind}/${spec.scaleTargetRef.name}` : '',
  ),
  column('Targets', 'What is measured, and what it should be.', targetsOf),
  column('MinPods', 'Fewest pods that it scales to.', ({ spec }) =>
    spec?.minReplicas ? `${spec.minReplicas}` : '<unset>',
  ),
  column('MaxPods', 'Most pods that it scales to.', ({ spec }) => spec?.maxReplicas ?? 0),
  column('Replicas', 'Pods as last seen.', ({ status }) => status?.currentReplicas ?? 0),
  ageColumn,
]
