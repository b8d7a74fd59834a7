import { ObjectMeta, fieldError, labelSelectorErrors, schema } from '@periplus/api'
import type { Column, FieldError, Kind, TypeOf } from '@periplus/api'
import { Condition } from '../../apimachinery/meta/v1/condition.ts'
import { LabelSelector } from '../../apimachinery/meta/v1/label-selector.ts'
import { defineKind } from '../../describe/define-kind.ts'
import { typeMeta } from '../../describe/type-meta.ts'
import { ageColumn, column, nameColumn } from '../../describe/columns.ts'
import { atMost100Percent, positiveIntOrPercent } from '../../validation/int-or-percent.ts'
import { conditionsErrors } from '../../validation/conditions.ts'
import { nonNegative, oneOf } from '../../validation/values.ts'
import { shownSelector } from '../../validation/workload-selector.ts'

const { int32, int64, intOrString, list, map, optional, string, struct, time } = schema
const pkg = 'io.k8s.api.policy.v1'

export const PodDisruptionBudgetSpec = struct(`${pkg}.PodDisruptionBudgetSpec`, {
  maxUnavailable: optional(3, intOrString),
  minAvailable: optional(1, intOrString),
  selector: optional(2, LabelSelector, { patch: 'replace' }),
  unhealthyPodEvictionPolicy: optional(4, string),
})
export interface PodDisruptionBudgetSpec extends TypeOf<typeof PodDisruptionBudgetSpec> {}

export const PodDisruptionBudgetStatus = struct(`${pkg}.PodDisruptionBudgetStatus`, {
  conditions: optional(7, list(Condition), { listType: 'map', keys: ['type'], mergeKey: 'type', patch: 'merge' }),
  currentHealthy: optional(4, int32, { default: 0 }),
  desiredHealthy: optional(5, int32, { default: 0 }),
  disruptedPods: optional(2, map(time)),
  disruptionsAllowed: optional(3, int32, { default: 0 }),
  expectedPods: optional(6, int32, { default: 0 }),
  observedGeneration: optional(1, int64),
})
export interface PodDisruptionBudgetStatus extends TypeOf<typeof PodDisruptionBudgetStatus> {}

export const PodDisruptionBudgetSchema = struct(
  `${pkg}.PodDisruptionBudget`,
  {
    ...typeMeta,
    metadata: optional(1, ObjectMeta),
    spec: optional(2, PodDisruptionBudgetSpec),
    status: optional(3, PodDisruptionBudgetStatus),
  },
  { doc: 'How many pods may be away at once when it can be chosen.' },
)
export interface PodDisruptionBudget extends TypeOf<typeof PodDisruptionBudgetSchema> {}

const columns: readonly Column<PodDisruptionBudget>[] = [
  nameColumn,
  column('Min Available', 'Pods that must stay.', ({ spec }) => `${spec?.minAvailable ?? 'N/A'}`),
  column('Max Unavailable', 'Pods that may be away.', ({ spec }) => `${spec?.maxUnavailable ?? 'N/A'}`),
  column(
    'Allowed Disruptions',
    'Pods that may be evicted now.',
    ({ status }) => status?.disruptionsAllowed ?? 0,
    'integer',
  ),
  ageColumn,
]

/** As Go shows a value of its internal type. */
const goSpec = (spec: PodDisruptionBudgetSpec): object => ({
  MinAvailable: spec.minAvailable ?? null,
  Selector: shownSelector(spec.selector) ?? null,
  MaxUnavailable: spec.maxUnavailable ?? null,
  UnhealthyPodEvictionPolicy: spec.unhealthyPodEvictionPolicy ?? null,
})

const validate = ({ spec }: PodDisruptionBudget): readonly FieldError[] => [
  ...(spec?.minAvailable !== undefined && spec.maxUnavailable !== undefined
    ? [fieldError.invalid('spec', goSpec(spec), 'minAvailable and maxUnavailable cannot be both set')]
    : []),
  ...positiveIntOrPercent('spec.minAvailable', spec?.minAvailable),
  ...atMost100Percent('spec.minAvailable', spec?.minAvailable),
  ...positiveIntOrPercent('spec.maxUnavailable', spec?.maxUnavailable),
  ...atMost100Percent('spec.maxUnavailable', spec?.maxUnavailable),
  ...labelSelectorErrors(spec?.selector, 'spec.selector'),
  ...oneOf('spec.unhealthyPodEvictionPolicy', spec?.unhealthyPodEvictionPolicy, ['AlwaysAllow', 'IfHealthyBudget']),
]

const counts = ['disruptionsAllowed', 'currentHealthy', 'desiredHealthy', 'expectedPods'] as const

const validateStatusUpdate = ({ status }: PodDisruptionBudget): readonly FieldError[] => [
  ...conditionsErrors('status.conditions', status?.conditions),
  ...counts.flatMap(count => nonNegative(`status.${count}`, status?.[count])),
]

export const PodDisruptionBudget: Kind<PodDisruptionBudget> = defineKind({
  group: 'policy',
  version: 'v1',
  kind: 'PodDisruptionBudget',
  resource: 'poddisruptionbudgets',
  shortNames: ['pdb'],
  namespaced: true,
  schema: PodDisruptionBudgetSchema,
  hasStatus: true,
  generationOf: object => object.spec,
  columns,
  prepareForCreate: object => ({
    ...object,
    status: { currentHealthy: 0, desiredHealthy: 0, disruptionsAllowed: 0, expectedPods: 0 },
  }),
  validate,
  validateStatusUpdate,
})
