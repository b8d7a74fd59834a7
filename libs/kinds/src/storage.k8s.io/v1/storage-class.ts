import { ObjectMeta, schema } from '@periplus/api'
import type { Column, Kind, TypeOf } from '@periplus/api'
import { TopologySelectorTerm } from '../../core/v1/node-selector.ts'
import { defineKind } from '../../describe/define-kind.ts'
import { typeMeta } from '../../describe/type-meta.ts'
import { ageColumn, column, nameColumn } from '../../describe/columns.ts'
import { immutable, oneOf, present, requiredOneOf } from '../../validation/values.ts'

const { boolean, list, map, optional, required, string, struct } = schema

export const StorageClassSchema = struct(
  'io.k8s.api.storage.v1.StorageClass',
  {
    ...typeMeta,
    allowVolumeExpansion: optional(6, boolean),
    allowedTopologies: optional(8, list(TopologySelectorTerm), { listType: 'atomic' }),
    metadata: optional(1, ObjectMeta),
    mountOptions: optional(5, list(string), { listType: 'atomic' }),
    parameters: optional(3, map(string)),
    provisioner: required(2, string),
    reclaimPolicy: optional(4, string, { default: 'Delete' }),
    volumeBindingMode: optional(7, string, { default: 'Immediate' }),
  },
  { doc: 'A sort of storage, and who makes it.' },
)
export interface StorageClass extends TypeOf<typeof StorageClassSchema> {}

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
  validate: ({ provisioner, reclaimPolicy, volumeBindingMode }) => [
    ...present('provisioner', provisioner),
    ...oneOf('reclaimPolicy', reclaimPolicy, ['Delete', 'Retain']),
    ...requiredOneOf('volumeBindingMode', volumeBindingMode, ['Immediate', 'WaitForFirstConsumer']),
  ],
  validateUpdate: (next, previous) => [
    ...immutable('parameters', next.parameters, previous.parameters),
    ...immutable('provisioner', next.provisioner, previous.provisioner),
    ...immutable('reclaimPolicy', next.reclaimPolicy, previous.reclaimPolicy),
    ...immutable('volumeBindingMode', next.volumeBindingMode, previous.volumeBindingMode),
  ],
})
