import type { Column } from '@periplus/api'
import { ageColumn, column, nameColumn } from '../../../describe/columns.ts'
import type { Namespace } from './schema.ts'

/** What `kubectl get namespaces` prints. */
export const namespaceColumns: readonly Column<Namespace>[] = [
  nameColumn,
  column('Status', 'Active, or Terminating while its objects are removed.', ({ status }) => status?.phase ?? ''),
  ageColumn,
]
