import { labelSelectorAsSelector } from '@periplus/api'
import type { Column } from '@periplus/api'
import { E } from '@periplus/prelude'
import { ageColumn, column, nameColumn, wideColumn } from '../../../describe/columns.ts'
import { containerColumns } from '../../../describe/workload-columns.ts'
import type { Deployment } from './schema.ts'

/** Otherwise than for other workloads, nothing is printed as nothing. */
const selectorOf = ({ spec }: Deployment): string => {
  const selector = labelSelectorAsSelector(spec?.selector)
  return E.isLeft(selector) ? '<invalid>' : selector.right.toString()
}

/** What `kubectl get deployments` prints. */
export const deploymentColumns: readonly Column<Deployment>[] = [
  nameColumn,
  column(
    'Ready',
    'Pods that are ready, of those asked for.',
    ({ spec, status }) => `${status?.readyReplicas ?? 0}/${spec?.replicas ?? 1}`,
  ),
  column('Up-to-date', 'Pods made from the current template.', ({ status }) => status?.updatedReplicas ?? 0),
  column('Available', 'Pods that have been ready for long enough.', ({ status }) => status?.availableReplicas ?? 0),
  ageColumn,
  ...containerColumns<Deployment>(({ spec }) => spec?.template.spec),
  wideColumn('Selector', 'Labels of the pods that belong to it.', selectorOf),
]
