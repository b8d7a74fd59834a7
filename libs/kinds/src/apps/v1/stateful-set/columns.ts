import type { Column } from '@periplus/api'
import { ageColumn, column, nameColumn } from '../../../describe/columns.ts'
import { containerColumns } from '../../../describe/workload-columns.ts'
import type { StatefulSet } from './schema.ts'

/** What `kubectl get statefulsets` prints. */
export const statefulSetColumns: readonly Column<StatefulSet>[] = [
  nameColumn,
  column(
    'Ready',
    'Pods that are ready, of those asked for.',
    ({ spec, status }) => `${status?.readyReplicas ?? 0}/${spec?.replicas ?? 1}`,
  ),
  ageColumn,
  ...containerColumns<StatefulSet>(({ spec }) => spec?.template.spec),
]
