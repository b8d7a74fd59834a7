import { decisionPace } from '@periplus/controller'
import type { Controller } from '@periplus/controller'
import { apiServerPlace } from '../home/networks.ts'
import { authorityOf } from './authority.ts'
import { controlLoopsOf } from './controllers.ts'
import type { RoleProcess } from './role.ts'
import { runControllers } from './run-controllers.ts'

/** Every controller but the scheduler, as this cluster has them. */
export const controlLoops = async ({
  home,
  settings,
  cluster,
}: Pick<RoleProcess, 'home' | 'settings' | 'cluster'>): Promise<readonly Controller[]> => {
  const place = { ...apiServerPlace(cluster), port: cluster.apiPort }
  return controlLoopsOf(await authorityOf(home), place, settings.lbPool)
}

export const startControllers = async (process: RoleProcess): Promise<void> =>
  runControllers(
    process,
    'periplus-controllers',
    await controlLoops(process),
    decisionPace(() => performance.now()),
  )
