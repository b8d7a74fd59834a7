export { start } from './start.ts'
export type { ProjectorConfig, ProjectorStatus, RunningProjector } from './start.ts'
