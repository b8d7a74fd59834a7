import type { Kind } from '@periplus/api'
import { defineKind } from '../../../describe/define-kind.ts'
import { SecretSchema } from './schema.ts'
import { secretColumns } from './columns.ts'
import type { Secret as Shape } from './schema.ts'
import { mergeStringData } from './prepare.ts'
import { secretErrors, secretUpdateErrors } from './validation.ts'
import { secretWarnings } from './warnings.ts'

export interface Secret extends Shape {}

export const Secret: Kind<Secret> = defineKind({
  group: '',
  version: 'v1',
  kind: 'Secret',
  resource: 'secrets',
  namespaced: true,
  schema: SecretSchema,
  columns: secretColumns,
  prepareForCreate: mergeStringData,
  prepareForUpdate: mergeStringData,
  selectableFields: { type: ({ type }) => type ?? '' },
  validate: secretErrors,
  validateUpdate: secretUpdateErrors,
  warnings: secretWarnings,
})
