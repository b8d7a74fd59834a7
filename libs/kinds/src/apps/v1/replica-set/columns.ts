import { formatLabelSelector } from '@periplus/api'
import type { Column } from '@periplus/api'
import { ageColumn, column, nameColumn, wideColumn } from '../../../describe/columns.ts'
import { containerColumns } from '../../../describe/workload-columns.ts'
import type { ReplicaSet } from './schema.ts'

/** What `kubectl get replicasets` prints. */
export const replicaSetColumns: readonly Column<ReplicaSet>[] = [
  nameColumn,
  column('Desired', 'Pods asked for.', ({ spec }) => spec?.replicas ?? 1, 'integer'),
  column('Current', 'Pods that exist.', ({ status }) => status?.replicas ?? 0, 'integer'),
  column('Ready', 'Pods that are ready.', ({ status }) => status?.readyReplicas ?? 0, 'integer'),
  ageColumn,
  ...containerColumns<ReplicaSet>(({ spec }) => spec?.template?.spec),
  wideColumn('Selector', 'Labels of the pods that belong to it.', ({ spec }) => formatLabelSelector(spec?.selector)),
]
