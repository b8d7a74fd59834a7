import type { Kind } from '@periplus/api'
import { defineKind } from '../../../describe/define-kind.ts'
import { DaemonSetSchema } from './schema.ts'
import { daemonSetColumns } from './columns.ts'
import type { DaemonSet as Shape } from './schema.ts'
import { daemonSetDefaults } from './defaults.ts'
import { daemonSetErrors, daemonSetUpdateErrors } from './validation.ts'
import { templateWarnings } from '../../../core/v1/warnings/workloads.ts'

export interface DaemonSet extends Shape {}

export const DaemonSet: Kind<DaemonSet> = defineKind({
  group: 'apps',
  version: 'v1',
  kind: 'DaemonSet',
  resource: 'daemonsets',
  shortNames: ['ds'],
  categories: ['all'],
  namespaced: true,
  schema: DaemonSetSchema,
  hasStatus: true,
  generationOf: object => object.spec,
  columns: daemonSetColumns,
  defaults: daemonSetDefaults,
  prepareForCreate: object => ({
    ...object,
    status: { currentNumberScheduled: 0, desiredNumberScheduled: 0, numberMisscheduled: 0, numberReady: 0 },
  }),
  validate: daemonSetErrors,
  warnings: templateWarnings('spec.template', ({ spec }) => spec?.template),
  validateUpdate: daemonSetUpdateErrors,
})
