export { builtinRegistry, kindsAt } from './kinds-at.ts'
export type { KindsAt } from './kinds-at.ts'
