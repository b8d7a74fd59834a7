import type { Kind } from '@periplus/api'
import { pendingAtFirst } from '../../../describe/pending-at-first.ts'
import { defineKind } from '../../../describe/define-kind.ts'
import { PersistentVolumeClaimSchema } from './schema.ts'
import { persistentVolumeClaimColumns } from './columns.ts'
import type { PersistentVolumeClaim as Shape } from './schema.ts'
import { preparedClaim } from './defaults.ts'
import { claimStatusErrors } from './status-validation.ts'
import { claimErrors, claimUpdateErrors, claimWarnings } from './validation.ts'

export interface PersistentVolumeClaim extends Shape {}

export const PersistentVolumeClaim: Kind<PersistentVolumeClaim> = defineKind({
  group: '',
  version: 'v1',
  kind: 'PersistentVolumeClaim',
  resource: 'persistentvolumeclaims',
  shortNames: ['pvc'],
  namespaced: true,
  schema: PersistentVolumeClaimSchema,
  hasStatus: true,
  columns: persistentVolumeClaimColumns,
  defaults: (object: Shape) => pendingAtFirst(object),
  prepareForCreate: object => ({ ...preparedClaim(object), status: { phase: 'Pending' } }),
  prepareForUpdate: preparedClaim,
  validate: claimErrors,
  warnings: claimWarnings,
  validateUpdate: claimUpdateErrors,
  validateStatusUpdate: claimStatusErrors,
})
