import { formatLabelSelector } from '@periplus/api'
import type { Column } from '@periplus/api'
import { ageColumn, column, nameColumn, wideColumn } from '../../../describe/columns.ts'
import { labelsText } from '../../../describe/text.ts'
import { containerColumns } from '../../../describe/workload-columns.ts'
import type { DaemonSet } from './schema.ts'

/** What `kubectl get daemonsets` prints. */
export const daemonSetColumns: readonly Column<DaemonSet>[] = [
  nameColumn,
  column('Desired', 'Nodes that should run the pod.', ({ status }) => status?.desiredNumberScheduled ?? 0, 'integer'),
  column('Current', 'Nodes that do and should.', ({ status }) => status?.currentNumberScheduled ?? 0, 'integer'),
  column('Ready', 'Nodes on which the pod is ready.', ({ status }) => status?.numberReady ?? 0, 'integer'),
  column(
    'Up-to-date',
    'Nodes with the current template.',
    ({ status }) => status?.updatedNumberScheduled ?? 0,
    'integer',
  ),
  column(
    'Available',
    'Nodes on which the pod has been ready for long enough.',
    ({ status }) => status?.numberAvailable ?? 0,
    'integer',
  ),
  column('Node Selector', 'Labels of the nodes that run it.', ({ spec }) =>
    labelsText(spec?.template.spec?.nodeSelector),
  ),
  ageColumn,
  ...containerColumns<DaemonSet>(({ spec }) => spec?.template.spec),
  wideColumn('Selector', 'Labels of the pods that belong to it.', ({ spec }) => formatLabelSelector(spec?.selector)),
]
