import type { Column, Kind } from '@periplus/api'
import { defineKind } from '../../../describe/define-kind.ts'
import { ageColumn, column, nameColumn } from '../../../describe/columns.ts'
import { IngressClassSchema } from './schema.ts'
import { ingressClassErrors, ingressClassUpdateErrors } from './validation.ts'
import type { IngressClass as Shape } from './schema.ts'

export interface IngressClass extends Shape {}

const columns: readonly Column<IngressClass>[] = [
  nameColumn,
  column('Controller', 'Who serves it.', ({ spec }) => spec?.controller ?? ''),
  column('Parameters', 'Where its settings are.', ({ spec }) =>
    spec?.parameters
      ? `${spec.parameters.kind}${spec.parameters.apiGroup === undefined ? '' : `.${spec.parameters.apiGroup}`}/${spec.parameters.name}`
      : '<none>',
  ),
  ageColumn,
]

export const IngressClass: Kind<IngressClass> = defineKind({
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'IngressClass',
  resource: 'ingressclasses',
  namespaced: false,
  schema: IngressClassSchema,
  generationOf: object => object.spec,
  columns,
  validate: ingressClassErrors,
  validateUpdate: ingressClassUpdateErrors,
})
