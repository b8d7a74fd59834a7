import type { Kind } from '@periplus/api'
import { defineKind } from '../../../describe/define-kind.ts'
import { JobSchema } from './schema.ts'
import { jobColumns } from './columns.ts'
import type { Job as Shape } from './schema.ts'
import { jobDefaults } from './defaults.ts'
import { prepareJobForCreate } from './prepare.ts'
import { hostnameErrors, jobErrors, jobUpdateErrors } from './validation.ts'
import { jobStatusErrors } from './status-validation.ts'
import { templateWarnings } from '../../../core/v1/warnings/workloads.ts'

export interface Job extends Shape {}

export const Job: Kind<Job> = defineKind({
  group: 'batch',
  version: 'v1',
  kind: 'Job',
  resource: 'jobs',
  categories: ['all'],
  namespaced: true,
  schema: JobSchema,
  orphansByDefault: true,
  hasStatus: true,
  generationOf: object => object.spec,
  columns: jobColumns,
  defaults: jobDefaults,
  prepareForCreate: prepareJobForCreate,
  selectableFields: { 'status.successful': ({ status }) => String(status?.succeeded ?? 0) },
  validateInSteps: jobErrors,
  validateCreate: hostnameErrors,
  warnings: templateWarnings('spec.template', ({ spec }) => spec?.template),
  validateUpdate: jobUpdateErrors,
  validateStatusUpdate: jobStatusErrors,
})
