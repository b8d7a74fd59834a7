import type { Column } from '@periplus/api'
import { ageColumn, column, nameColumn, wideColumn } from '../../../describe/columns.ts'
import { accessModesText } from '../access-modes.ts'
import type { PersistentVolume } from './schema.ts'

const claimOf = ({ spec }: PersistentVolume): string =>
  spec?.claimRef ? `${spec.claimRef.namespace ?? ''}/${spec.claimRef.name ?? ''}` : ''

/** What `kubectl get persistentvolumes` prints. */
export const persistentVolumeColumns: readonly Column<PersistentVolume>[] = [
  nameColumn,
  column('Capacity', 'Storage that it offers.', ({ spec }) => spec?.capacity?.['storage'] ?? '0'),
  column('Access Modes', 'How it may be mounted.', ({ spec }) => accessModesText(spec?.accessModes)),
  column(
    'Reclaim Policy',
    'What becomes of it when released.',
    ({ spec }) => spec?.persistentVolumeReclaimPolicy ?? '',
  ),
  column('Status', 'Available, Bound, Released or Failed.', ({ metadata, status }) =>
    metadata?.deletionTimestamp === undefined ? (status?.phase ?? '') : 'Terminating',
  ),
  column('Claim', 'The claim that has it.', claimOf),
  column('StorageClass', 'Its class.', ({ spec }) => spec?.storageClassName ?? ''),
  column(
    'VolumeAttributesClass',
    'Class of its attributes.',
    ({ spec }) => spec?.volumeAttributesClassName ?? '<unset>',
  ),
  column('Reason', 'Why it failed.', ({ status }) => status?.reason ?? ''),
  ageColumn,
  wideColumn('VolumeMode', 'A file system or a block device.', ({ spec }) => spec?.volumeMode ?? '<unset>'),
]
