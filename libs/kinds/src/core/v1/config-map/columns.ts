import type { Column } from '@periplus/api'
import { ageColumn, column, nameColumn } from '../../../describe/columns.ts'
import type { ConfigMap } from './schema.ts'

/** What `kubectl get configmaps` prints. */
export const configMapColumns: readonly Column<ConfigMap>[] = [
  nameColumn,
  column('Data', 'Number of keys.', configMap => keys(configMap.data) + keys(configMap.binaryData)),
  ageColumn,
]

const keys = (data: Readonly<Record<string, string>> | undefined): number => Object.keys(data ?? {}).length
