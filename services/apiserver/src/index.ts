export { fileAudit } from './audit/file-audit.ts'
export type { FileAuditOptions } from './audit/file-audit.ts'
export { readAuditPolicy } from './audit/policy.ts'
export type { AuditPolicy } from './audit/policy.ts'
export type { Audit } from './audit/trail.ts'
export { keepApiServices } from './aggregation/keep-api-services.ts'
export type { KeepApiServices, KeptApiServices } from './aggregation/keep-api-services.ts'
export type { Aggregation } from './aggregation/aggregation.ts'
export { duration, millisecondsOf } from './configuration/duration.ts'
export { readChecked } from './configuration/read-configuration.ts'
export { start } from './start.ts'
export type { RunningApiServer } from './start.ts'
export type { ApiServerConfig } from './config.ts'
export type {
  Attributes,
  Authenticate,
  AuthenticatedRequest,
  Authorize,
  LogOptions,
  NodeStreams,
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
export { bootstrap } from './bootstrap/bootstrap.ts'
export { bootstrapOrigin } from './bootstrap/ensure-objects.ts'
export { clusterInfo, ensureJoining } from './bootstrap/joining.ts'
export {
  UnusableKey,
  accessWebhook,
  anonymousBy,
  configuredIssuers,
  readAuthentication,
  readAuthorization,
  reviewServer,
  reviewWebhook,
  createSecurity,
  ensurePki,
  requesterAuthorizer,
  keepIdentity,
  newClientRequest,
  removedHostsName,
  writeKubeconfig,
} from './security/index.ts'
export type {
  ClusterSecurity,
  ConfiguredAuthorizer,
  FrontProxyOptions,
  Identity,
  JudgeOf,
  Pki,
  SecurityOptions,
} from './security/index.ts'
export { signingOf } from './signing/sign-requests.ts'
export { nodeStreamsOver } from './streams/node-streams.ts'
export { serveNodeCommands } from './node-commands/serve-node-commands.ts'
export type { NodeCommandsConfig } from './node-commands/serve-node-commands.ts'
export { usualNodeLimits } from './node-commands/admit-nodes.ts'
export type { NodeLimits } from './node-commands/admit-nodes.ts'
