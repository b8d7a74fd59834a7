export { scheduler, schedulerName } from './decide/scheduler.ts'
