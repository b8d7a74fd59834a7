import type { Column, Kind } from '@periplus/api'
import { defineKind } from '../../../describe/define-kind.ts'
import { ageColumn, column, nameColumn } from '../../../describe/columns.ts'
import { RuntimeClassSchema } from './schema.ts'
import type { RuntimeClass as Shape } from './schema.ts'
import { runtimeClassErrors, runtimeClassUpdateErrors } from './validation.ts'

export interface RuntimeClass extends Shape {}

const columns: readonly Column<RuntimeClass>[] = [
  nameColumn,
  column('Handler', 'What runs its pods.', ({ handler }) => handler),
  ageColumn,
]

export const RuntimeClass: Kind<RuntimeClass> = defineKind({
  group: 'node.k8s.io',
  version: 'v1',
  kind: 'RuntimeClass',
  resource: 'runtimeclasses',
  namespaced: false,
  schema: RuntimeClassSchema,
  columns,
  validate: runtimeClassErrors,
  validateUpdate: runtimeClassUpdateErrors,
})
