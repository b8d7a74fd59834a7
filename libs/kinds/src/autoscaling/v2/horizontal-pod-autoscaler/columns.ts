import type { Column } from '@periplus/api'
import { ageColumn, column, nameColumn } from '../../../describe/columns.ts'
import type { MetricSpec, MetricStatus, MetricTarget, MetricValueStatus } from './metrics.ts'
import type { HorizontalPodAutoscaler } from './schema.ts'

const shown = 2

interface Measured {
  readonly label: string
  readonly target: MetricTarget | undefined
  /** Whether the status has it, with or without a value. */
  readonly isKnown: boolean
  readonly current: MetricValueStatus | undefined
}

const measured = (spec: MetricSpec, status: MetricStatus | undefined): Measured => {
  const of = (
    label: string,
    target: MetricTarget | undefined,
    known: { readonly current?: MetricValueStatus } | undefined,
  ): Measured => ({ label, target, isKnown: known !== undefined, current: known?.current })
  switch (spec.type) {
    case 'Resource':
      return of(`${spec.resource?.name ?? ''}: `, spec.resource?.target, status?.resource)
    case 'ContainerResource':
      return of(`${spec.containerResource?.name ?? ''}: `, spec.containerResource?.target, status?.containerResource)
    case 'Pods':
      return of('', spec.pods?.target, status?.pods)
    case 'Object':
      return of('', spec.object?.target, status?.object)
    case 'External':
      return of('', spec.external?.target, status?.external)
    default:
      return of('', undefined, undefined)
  }
}

/** As Go prints a quantity that is not there. */
const orNil = (quantity: string | undefined): string => quantity ?? '<nil>'
const percent = (value: number | undefined, absent: string): string => (value === undefined ? absent : `${value}%`)

const targetText = (metric: MetricSpec, status: MetricStatus | undefined): string => {
  const { label, target, isKnown, current } = measured(metric, status)
  if (!target) return '<unknown type>'
  const known = (quantity: string | undefined): string => (isKnown ? orNil(quantity) : '<unknown>')
  const hasAverage = target.averageValue !== undefined
  switch (metric.type) {
    case 'Pods':
      return `${known(current?.averageValue)}/${orNil(target.averageValue)}`
    case 'Object':
    case 'External':
      return hasAverage
        ? `${current?.averageValue ?? '<unknown>'}/${target.averageValue} (avg)`
        : `${known(current?.value)}/${orNil(target.value)}`
    default:
      return hasAverage
        ? `${label}${known(current?.averageValue)}/${target.averageValue}`
        : `${label}${percent(current?.averageUtilization, '<unknown>')}/${percent(target.averageUtilization, '<auto>')}`
  }
}

const targetsOf = ({ spec, status }: HorizontalPodAutoscaler): string => {
  const metrics = spec?.metrics ?? []
  if (metrics.length === 0) return '<none>'
  const texts = metrics.slice(0, shown).map((metric, i) => targetText(metric, status?.currentMetrics?.[i]))
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
