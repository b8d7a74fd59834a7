export { start } from './start.ts'
export type { LogRouterConfig } from './start.ts'
export { ensureDefinitions, sinkKinds } from './definitions/ensure-definitions.ts'
export { jetStreamPositions } from './positions/jetstream-positions.ts'
