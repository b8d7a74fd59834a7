import type { Column } from '@periplus/api'
import { ageColumn, column, nameColumn } from '../../../describe/columns.ts'
import type { Secret } from './schema.ts'

/** What `kubectl get secrets` prints. */
export const secretColumns: readonly Column<Secret>[] = [
  nameColumn,
  column('Type', 'What its keys are for.', ({ type }) => type ?? 'Opaque'),
  column('Data', 'Number of keys.', ({ data }) => Object.keys(data ?? {}).length),
  ageColumn,
]
