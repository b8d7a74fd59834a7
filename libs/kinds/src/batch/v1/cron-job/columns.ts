import { ageOf, formatLabelSelector } from '@periplus/api'
import type { Column } from '@periplus/api'
import { ageColumn, column, nameColumn, wideColumn } from '../../../describe/columns.ts'
import { orNone } from '../../../describe/text.ts'
import { containerColumns } from '../../../describe/workload-columns.ts'
import type { CronJob } from './schema.ts'

/** What `kubectl get cronjobs` prints. */
export const cronJobColumns: readonly Column<CronJob>[] = [
  nameColumn,
  column('Schedule', 'When it runs, in cron format.', ({ spec }) => spec?.schedule ?? ''),
  column('Timezone', 'Time zone of the schedule.', ({ spec }) => orNone(spec?.timeZone)),
  column('Suspend', 'Whether it is held back.', ({ spec }) => (spec?.suspend ? 'True' : 'False'), 'boolean'),
  column('Active', 'Jobs that are running.', ({ status }) => status?.active?.length ?? 0, 'integer'),
  column('Last Schedule', 'Time since it last ran.', ({ status }, now) =>
    status?.lastScheduleTime === undefined ? '<none>' : ageOf(status.lastScheduleTime, now),
  ),
  ageColumn,
  ...containerColumns<CronJob>(({ spec }) => spec?.jobTemplate.spec?.template.spec),
  wideColumn('Selector', 'Labels of the pods that belong to it.', ({ spec }) =>
    formatLabelSelector(spec?.jobTemplate.spec?.selector),
  ),
]
