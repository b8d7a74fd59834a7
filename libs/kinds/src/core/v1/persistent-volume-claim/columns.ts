import type { Column } from '@periplus/api'
import { ageColumn, column, nameColumn, wideColumn } from '../../../describe/columns.ts'
import { accessModesText } from '../access-modes.ts'
import type { PersistentVolumeClaim } from './schema.ts'

const bound = ({ spec }: PersistentVolumeClaim): boolean => (spec?.volumeName ?? '') !== ''

/** What `kubectl get persistentvolumeclaims` prints. */
export const persistentVolumeClaimColumns: readonly Column<PersistentVolumeClaim>[] = [
  nameColumn,
  column('Status', 'Pending, Bound or Lost.', ({ metadata, status }) =>
    metadata?.deletionTimestamp === undefined ? (status?.phase ?? '') : 'Terminating',
  ),
  column('Volume', 'The volume that it has.', ({ spec }) => spec?.volumeName ?? ''),
  column('Capacity', 'Storage that the volume offers.', claim =>
    bound(claim) ? (claim.status?.capacity?.['storage'] ?? '0') : '',
  ),
  column('Access Modes', 'How the volume may be mounted.', claim =>
    bound(claim) ? accessModesText(claim.status?.accessModes) : '',
  ),
  column(
    'StorageClass',
    'Class of volume that it asks for.',
    ({ metadata, spec }) =>
      metadata?.annotations?.['volume.beta.kubernetes.io/storage-class'] ?? spec?.storageClassName ?? '',
  ),
  column(
    'VolumeAttributesClass',
    'Class of the attributes that it asks for.',
    ({ spec }) => spec?.volumeAttributesClassName ?? '<unset>',
  ),
  ageColumn,
  wideColumn('VolumeMode', 'A file system or a block device.', ({ spec }) => spec?.volumeMode ?? '<unset>'),
]
