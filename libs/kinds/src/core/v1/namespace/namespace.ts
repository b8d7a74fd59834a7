import type { Kind } from '@periplus/api'
import { defineKind, subresource } from '../../../describe/define-kind.ts'
import { NamespaceSchema } from './schema.ts'
import { namespaceColumns } from './columns.ts'
import type { Namespace as Shape } from './schema.ts'
import { namespaceDefaults, prepareNamespaceForCreate, prepareNamespaceForUpdate } from './prepare.ts'
import { finalizeErrors, namespaceErrors, namespaceStatusErrors } from './validation.ts'

export interface Namespace extends Shape {}

export const Namespace: Kind<Namespace> = defineKind({
  group: '',
  version: 'v1',
  kind: 'Namespace',
  resource: 'namespaces',
  shortNames: ['ns'],
  namespaced: false,
  schema: NamespaceSchema,
  verbs: ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'],
  hasStatus: true,
  subresources: [subresource('finalize', { group: '', version: 'v1', kind: 'Namespace' }, ['update'])],
  columns: namespaceColumns,
  defaults: namespaceDefaults,
  prepareForCreate: prepareNamespaceForCreate,
  prepareForUpdate: prepareNamespaceForUpdate,
  selectableFields: { 'status.phase': ({ status }) => status?.phase ?? '' },
  validate: namespaceErrors,
  validateStatusUpdate: namespaceStatusErrors,
  validateFinalize: finalizeErrors,
})
