import type { Kind } from '@periplus/api'
import { defineKind } from '../../../describe/define-kind.ts'
import { ReplicaSetSchema } from './schema.ts'
import { replicaSetColumns } from './columns.ts'
import { replicaScale } from '../../../describe/replica-scale.ts'
import { scaleSelector } from '../../../describe/scale-selector.ts'
import type { ReplicaSet as Shape } from './schema.ts'
import { replicaSetDefaults } from './defaults.ts'
import { replicaSetErrors, replicaSetStatusErrors, replicaSetUpdateErrors } from './validation.ts'
import { namedTemplateWarnings } from '../../../core/v1/warnings/workloads.ts'

export interface ReplicaSet extends Shape {}

export const ReplicaSet: Kind<ReplicaSet> = defineKind({
  group: 'apps',
  version: 'v1',
  kind: 'ReplicaSet',
  resource: 'replicasets',
  shortNames: ['rs'],
  categories: ['all'],
  namespaced: true,
  schema: ReplicaSetSchema,
  hasStatus: true,
  generationOf: object => object.spec,
  columns: replicaSetColumns,
  scale: replicaScale(({ spec }) => scaleSelector(spec?.selector)),
  defaults: replicaSetDefaults,
  prepareForCreate: object => ({ ...object, status: { replicas: 0 } }),
  selectableFields: { 'status.replicas': ({ status }) => String(status?.replicas ?? 0) },
  validateInSteps: replicaSetErrors,
  warnings: namedTemplateWarnings(({ spec }) => spec?.template),
  validateUpdate: replicaSetUpdateErrors,
  validateStatusUpdate: replicaSetStatusErrors,
})
