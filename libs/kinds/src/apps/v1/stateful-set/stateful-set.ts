import type { Kind } from '@periplus/api'
import { defineKind } from '../../../describe/define-kind.ts'
import { StatefulSetSchema } from './schema.ts'
import { statefulSetColumns } from './columns.ts'
import { replicaScale } from '../../../describe/replica-scale.ts'
import { scaleSelector } from '../../../describe/scale-selector.ts'
import type { StatefulSet as Shape } from './schema.ts'
import { statefulSetDefaults } from './defaults.ts'
import { statefulSetStatusErrors } from './status-validation.ts'
import { statefulSetCreateErrors, statefulSetErrors, statefulSetUpdateErrors } from './validation.ts'
import { claimSpecWarnings } from '../../../core/v1/persistent-volume-claim/validation.ts'
import { templateWarnings } from '../../../core/v1/warnings/workloads.ts'

export interface StatefulSet extends Shape {}

const ofTemplate = templateWarnings<StatefulSet>('spec.template', ({ spec }) => spec?.template)

const warnings = (next: StatefulSet, previous: StatefulSet | undefined): readonly string[] => [
  ...ofTemplate(next, previous),
  ...(next.spec?.volumeClaimTemplates ?? []).flatMap(({ spec }, i) =>
    // Kubernetes calls it otherwise at an update.
    claimSpecWarnings(`spec.volumeClaimTemplates[${i}]${previous ? '.Spec' : ''}`, spec),
  ),
  ...((next.spec?.revisionHistoryLimit ?? 0) < 0
    ? ['spec.revisionHistoryLimit: a negative value retains all historical revisions; a value >= 0 is recommended']
    : []),
]

export const StatefulSet: Kind<StatefulSet> = defineKind({
  group: 'apps',
  version: 'v1',
  kind: 'StatefulSet',
  resource: 'statefulsets',
  shortNames: ['sts'],
  categories: ['all'],
  namespaced: true,
  schema: StatefulSetSchema,
  hasStatus: true,
  generationOf: object => object.spec,
  columns: statefulSetColumns,
  scale: replicaScale(({ spec }) => scaleSelector(spec?.selector)),
  defaults: statefulSetDefaults,
  prepareForCreate: object => ({ ...object, status: { replicas: 0, availableReplicas: 0 } }),
  validateInSteps: statefulSetErrors,
  validateCreate: statefulSetCreateErrors,
  warnings,
  validateUpdate: statefulSetUpdateErrors,
  validateStatusUpdate: statefulSetStatusErrors,
})
