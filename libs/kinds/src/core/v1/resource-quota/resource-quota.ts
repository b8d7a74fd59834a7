import type { Column, Kind } from '@periplus/api'
import { defineKind } from '../../../describe/define-kind.ts'
import { ageColumn, column, nameColumn } from '../../../describe/columns.ts'
import { resourceQuotaErrors, resourceQuotaStatusErrors, resourceQuotaUpdateErrors } from './validation.ts'
import { ResourceQuotaSchema } from './schema.ts'
import type { ResourceQuota as Shape } from './schema.ts'

export interface ResourceQuota extends Shape {}

const quotaTexts = ({ status }: ResourceQuota, limits: boolean): string =>
  Object.entries(status?.hard ?? {})
    .filter(([name]) => name.startsWith('limits') === limits)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, hard]) => `${name}: ${status?.used?.[name] ?? '0'}/${hard}`)
    .join(', ')

const columns: readonly Column<ResourceQuota>[] = [
  nameColumn,
  column('Request', 'What is asked for, of what may be.', quota => quotaTexts(quota, false)),
  column('Limit', 'What is limited to, of what may be.', quota => quotaTexts(quota, true)),
  ageColumn,
]

export const ResourceQuota: Kind<ResourceQuota> = defineKind({
  group: '',
  version: 'v1',
  kind: 'ResourceQuota',
  resource: 'resourcequotas',
  shortNames: ['quota'],
  namespaced: true,
  schema: ResourceQuotaSchema,
  hasStatus: true,
  columns,
  validate: resourceQuotaErrors,
  validateUpdate: resourceQuotaUpdateErrors,
  validateStatusUpdate: resourceQuotaStatusErrors,
})
