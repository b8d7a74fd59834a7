export { start } from './start.ts'
export type { DnsConfig, RunningDns } from './start.ts'
