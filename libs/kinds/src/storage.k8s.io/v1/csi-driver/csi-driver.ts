import type { Column, Kind } from '@periplus/api'
import { defineKind } from '../../../describe/define-kind.ts'
import { ageColumn, column, nameColumn } from '../../../describe/columns.ts'
import { orNone } from '../../../describe/text.ts'
import { CSIDriverSchema } from './schema.ts'
import { csiDriverErrors, csiDriverUpdateErrors, csiDriverWarnings } from './validation.ts'
import type { CSIDriver as Shape } from './schema.ts'

export interface CSIDriver extends Shape {}

const columns: readonly Column<CSIDriver>[] = [
  nameColumn,
  column('AttachRequired', 'Whether volumes must be attached.', ({ spec }) => spec.attachRequired ?? true, 'boolean'),
  column('PodInfoOnMount', 'Whether it is told about pods.', ({ spec }) => spec.podInfoOnMount ?? false, 'boolean'),
  column('StorageCapacity', 'Whether it reports capacity.', ({ spec }) => spec.storageCapacity ?? false, 'boolean'),
  column('TokenRequests', 'Audiences of the tokens that it gets.', ({ spec }) =>
    spec.tokenRequests ? spec.tokenRequests.map(({ audience }) => audience).join(',') : '<unset>',
  ),
  column(
    'RequiresRepublish',
    'Whether volumes are published again and again.',
    ({ spec }) => spec.requiresRepublish ?? false,
    'boolean',
  ),
  column('Modes', 'Kinds of volume that it makes.', ({ spec }) => orNone(spec.volumeLifecycleModes?.join(','))),
  ageColumn,
]

export const CSIDriver: Kind<CSIDriver> = defineKind({
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'CSIDriver',
  resource: 'csidrivers',
  namespaced: false,
  schema: CSIDriverSchema,
  columns,
  // None at first, and raised like any other's.
  generationOf: ({ spec }) => spec,
  prepareForCreate: object => withoutGeneration(withoutAlpha(object)),
  prepareForUpdate: (next, previous) =>
    previous.spec.preventPodSchedulingIfMissing === undefined ? withoutAlpha(next) : next,
  validate: csiDriverErrors,
  warnings: csiDriverWarnings,
  validateUpdate: csiDriverUpdateErrors,
})

const withoutGeneration = (object: CSIDriver): CSIDriver => {
  const { generation: _, ...metadata } = object.metadata ?? {}
  return { ...object, metadata }
}

/** Kubernetes 1.35 drops what it does not do yet. */
const withoutAlpha = (object: CSIDriver): CSIDriver => {
  const { preventPodSchedulingIfMissing: _, ...spec } = object.spec
  return { ...object, spec }
}
