export { start } from './start.ts'
export type { RunningApiServer } from './start.ts'
export type { ApiServerConfig } from './config.ts'
export type {
  Attributes,
  Authenticate,
  AuthenticatedRequest,
  Authorize,
  CutAt,
  LogOptions,
  NodeStreams,
  PastMoment,
  RulesFor,
  RulesForUser,
  Security,
  StreamOptions,
  StreamTarget,
  TokenIssue,
  Tokens,
  UpgradeRequest,
  User,
} from './ports.ts'
export type { HealthCheck } from './operations/health.ts'
