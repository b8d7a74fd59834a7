import type { Kind } from '@periplus/api'
import { defineKind } from '../../../describe/define-kind.ts'
import { ConfigMapSchema } from './schema.ts'
import { configMapColumns } from './columns.ts'
import type { ConfigMap as Shape } from './schema.ts'
import { configMapErrors, configMapUpdateErrors } from './validation.ts'

export interface ConfigMap extends Shape {}

export const ConfigMap: Kind<ConfigMap> = defineKind({
  group: '',
  version: 'v1',
  kind: 'ConfigMap',
  resource: 'configmaps',
  shortNames: ['cm'],
  namespaced: true,
  schema: ConfigMapSchema,
  columns: configMapColumns,
  validate: configMapErrors,
  validateUpdate: configMapUpdateErrors,
})
