export { isEstablished } from './established.ts'
export { builtinRegistry, kindsAt, kindsOfDefinition } from './kinds-at.ts'
export type { KindsAt } from './kinds-at.ts'
