export { start } from './start.ts'
export type { RunningServiceProxy, ServiceProxyConfig } from './start.ts'
export type { NodeNetwork } from './node-network.ts'
export { rulesetOf } from './ruleset/ruleset-of.ts'
