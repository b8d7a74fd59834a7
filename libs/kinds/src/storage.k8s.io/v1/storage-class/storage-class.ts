import type { Column, Kind } from '@periplus/api'
import { defineKind } from '../../../describe/define-kind.ts'
import { ageColumn, column, nameColumn } from '../../../describe/columns.ts'
import { StorageClassSchema } from './schema.ts'
import { storageClassErrors, storageClassUpdateErrors } from './validation.ts'
import type { StorageClass as Shape } from './schema.ts'

export interface StorageClass extends Shape {}

const defaultMark = 'storageclass.kubernetes.io/is-default-class'

const columns: readonly Column<StorageClass>[] = [
  {
    ...nameColumn,
    of: ({ metadata }) =>
      `${metadata?.name ?? ''}${metadata?.annotations?.[defaultMark] === 'true' ? ' (default)' : ''}`,
  },
  column('Provisioner', 'Who makes its volumes.', ({ provisioner }) => provisioner),
  column(
    'ReclaimPolicy',
    'What becomes of its volumes when released.',
    ({ reclaimPolicy }) => reclaimPolicy ?? 'Delete',
  ),
  column(
    'VolumeBindingMode',
    'When a claim gets its volume.',
    ({ volumeBindingMode }) => volumeBindingMode ?? '<unset>',
  ),
  column(
    'AllowVolumeExpansion',
    'Whether its volumes can grow.',
    ({ allowVolumeExpansion }) => allowVolumeExpansion ?? false,
  ),
  ageColumn,
]

export const StorageClass: Kind<StorageClass> = defineKind({
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'StorageClass',
  resource: 'storageclasses',
  shortNames: ['sc'],
  namespaced: false,
  schema: StorageClassSchema,
  columns,
  validate: storageClassErrors,
  validateUpdate: storageClassUpdateErrors,
})
