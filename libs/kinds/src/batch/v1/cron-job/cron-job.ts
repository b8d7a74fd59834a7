import type { Kind } from '@periplus/api'
import { defineKind } from '../../../describe/define-kind.ts'
import { CronJobSchema } from './schema.ts'
import { cronJobColumns } from './columns.ts'
import type { CronJob as Shape } from './schema.ts'
import { cronJobDefaults } from './defaults.ts'
import { cronJobErrors } from './validation.ts'
import { templateWarnings } from '../../../core/v1/warnings/workloads.ts'

export interface CronJob extends Shape {}

export const CronJob: Kind<CronJob> = defineKind({
  group: 'batch',
  version: 'v1',
  kind: 'CronJob',
  resource: 'cronjobs',
  shortNames: ['cj'],
  categories: ['all'],
  namespaced: true,
  schema: CronJobSchema,
  hasStatus: true,
  generationOf: object => object.spec,
  columns: cronJobColumns,
  defaults: cronJobDefaults,
  validateInSteps: cronJobErrors,
  warnings: templateWarnings('spec.jobTemplate.spec.template', ({ spec }) => spec?.jobTemplate.spec?.template),
})
