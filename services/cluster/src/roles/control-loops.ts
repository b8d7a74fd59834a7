import { apiServerPlace } from '../home/networks.ts'
import { authorityOf } from './authority.ts'
import { controlLoopsOf } from './controllers.ts'
import type { RoleProcess } from './role.ts'
import { runControllers } from './run-controllers.ts'

/** Every controller but the scheduler. */
export const startControllers = async (process: RoleProcess): Promise<void> => {
  const { home, settings, cluster } = process
  const place = { ...apiServerPlace(cluster), port: cluster.apiPort }
  await runControllers(process, 'periplus-controllers', controlLoopsOf(await authorityOf(home), place, settings.lbPool))
}
