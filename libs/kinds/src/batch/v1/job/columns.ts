import { formatLabelSelector, humanDuration } from '@periplus/api'
import type { Column } from '@periplus/api'
import { ageColumn, column, nameColumn, wideColumn } from '../../../describe/columns.ts'
import { isConditionTrue } from '../../../describe/conditions.ts'
import { containerColumns } from '../../../describe/workload-columns.ts'
import type { Job } from './schema.ts'

const statusOf = ({ metadata, status }: Job): string => {
  const is = (type: string): boolean => isConditionTrue(status?.conditions, type)
  if (is('Complete')) return 'Complete'
  if (is('Failed')) return 'Failed'
  if (metadata?.deletionTimestamp !== undefined) return 'Terminating'
  if (is('Suspended')) return 'Suspended'
  if (is('FailureTarget')) return 'FailureTarget'
  return is('SuccessCriteriaMet') ? 'SuccessCriteriaMet' : 'Running'
}

const completionsOf = ({ spec, status }: Job): string => {
  const succeeded = status?.succeeded ?? 0
  if (spec?.completions !== undefined) return `${succeeded}/${spec.completions}`
  const parallelism = spec?.parallelism ?? 0
  return parallelism > 1 ? `${succeeded}/1 of ${parallelism}` : `${succeeded}/1`
}

const durationOf = ({ status }: Job, now: number): string => {
  if (status?.startTime === undefined) return ''
  const end = status.completionTime === undefined ? now : Date.parse(status.completionTime)
  return humanDuration(end - Date.parse(status.startTime))
}

/** What `kubectl get jobs` prints. */
export const jobColumns: readonly Column<Job>[] = [
  nameColumn,
  column('Status', 'How far the job is.', statusOf),
  column('Completions', 'Pods that succeeded, of those needed.', completionsOf),
  column('Duration', 'From the first start to the end, or so far.', durationOf),
  ageColumn,
  ...containerColumns<Job>(({ spec }) => spec?.template.spec),
  wideColumn('Selector', 'Labels of the pods that belong to it.', ({ spec }) => formatLabelSelector(spec?.selector)),
]
