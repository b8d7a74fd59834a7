import type { Kind } from '@periplus/api'
import { pendingAtFirst } from '../../../describe/pending-at-first.ts'
import { defineKind } from '../../../describe/define-kind.ts'
import { PersistentVolumeSchema } from './schema.ts'
import { persistentVolumeColumns } from './columns.ts'
import type { PersistentVolume as Shape } from './schema.ts'
import { withPhaseTime } from './phase-time.ts'
import { persistentVolumeErrors, persistentVolumeUpdateErrors, persistentVolumeWarnings } from './validation.ts'

export interface PersistentVolume extends Shape {}

export const PersistentVolume: Kind<PersistentVolume> = defineKind({
  group: '',
  version: 'v1',
  kind: 'PersistentVolume',
  resource: 'persistentvolumes',
  shortNames: ['pv'],
  namespaced: false,
  schema: PersistentVolumeSchema,
  hasStatus: true,
  columns: persistentVolumeColumns,
  defaults: object => pendingAtFirst(object),
  prepareForCreate: object => ({
    ...object,
    status: {
      phase: 'Pending',
      ...(object.metadata?.creationTimestamp !== undefined && {
        lastPhaseTransitionTime: object.metadata.creationTimestamp,
      }),
    },
  }),
  prepareForStatusUpdate: withPhaseTime,
  validate: persistentVolumeErrors,
  validateUpdate: persistentVolumeUpdateErrors,
  warnings: persistentVolumeWarnings,
})
