import { scheduler } from '@periplus/scheduler'
import type { RoleProcess } from './role.ts'
import { runControllers } from './run-controllers.ts'

export const startScheduler = (process: RoleProcess): Promise<void> =>
  runControllers(process, 'periplus-scheduler', [scheduler])
