export { kubeconfigPath, readKubeconfig } from './kubeconfig.ts'
export type { ServerAccess } from './kubeconfig.ts'
export { logger } from './logger.ts'
export type { LogDestination, LogFields, Logger } from './logger.ts'
export { metrics, series } from './metrics.ts'
export type { Counter, Histogram, Metrics } from './metrics.ts'
export {
  absolutePath,
  choice,
  headerNames,
  ipv4Address,
  ipv4Network,
  nodeName,
  port,
  readSettings,
  text,
  url,
  wholeNumber,
} from './settings.ts'
export type { Setting, SettingsOf } from './settings.ts'
export { identityOf, isRunning } from './processes/process-identity.ts'
export type { ProcessIdentity } from './processes/process-identity.ts'
export { gone } from './processes/end-process.ts'
export { holdLock } from './processes/directory-lock.ts'
export type { HeldLock } from './processes/directory-lock.ts'
export { processesWith } from './processes/find-processes.ts'
export { endRecorded, recordedProcess } from './processes/recorded-process.ts'
export { hasEnded, processName } from './processes/process-name.ts'
export { threadScript } from './workers/start-thread.ts'
export { workerPool } from './workers/worker-pool.ts'
export type { WorkerPool, WorkerPoolConfig, WorkRefusal } from './workers/worker-pool.ts'
export { longestWork } from './watchdog/longest-work.ts'
export { threadCpu } from './watchdog/thread-cpu.ts'
export type { LongestWork } from './watchdog/longest-work.ts'
export { nowDoing, watchdog } from './watchdog/watchdog.ts'
export type { WatchdogOptions } from './watchdog/watchdog.ts'
export { stopAll } from './running-service.ts'
export type { RunningService } from './running-service.ts'
export { ensureContainerPackages, ensureContainerd } from './local-containerd/ensure-containerd.ts'
export { runningContainerd } from './local-containerd/running-containerd.ts'
export { stopContainerd } from './local-containerd/stop-containerd.ts'
export { resetContainerd } from './local-containerd/reset-containerd.ts'
export { endCgroups, removeCgroups } from './local-containerd/remove-cgroups.ts'
export { unmountBelow } from './local-containerd/unmount-below.ts'
export { missingForContainers } from './local-containerd/containers-possible.ts'
export type { ContainerdRefusal, ContainerdRequest, LocalContainerd } from './local-containerd/containerd-request.ts'
export { dialogue } from './local-servers/dialogue.ts'
export { boundFile } from './outputs/bound-file.ts'
export { compressRotated } from './outputs/compress-rotated.ts'
export { dailyOutputs } from './outputs/daily-outputs.ts'
export type { DailyOutputs } from './outputs/daily-outputs.ts'
export { gunzippedBytes } from './outputs/gunzipped-bytes.ts'
export { outrunFor } from './processes/outrun-for.ts'
export { outputLines } from './outputs/output-lines.ts'
export type { OutputPart, OutputReading } from './outputs/output-lines.ts'
export { FileNotWritten, syncDirectory, writePrivately } from './local-servers/private-file.ts'
export {
  allocatedBytes,
  diskReserve,
  freeBytes,
  lowBytes,
  mebibytes,
  nearlyFull,
  portionBytes,
  reserveBytes,
  reserveForStream,
  unaccountedGaps,
} from './local-servers/disk-room.ts'
export type { DiskReserve, UnaccountedGaps } from './local-servers/disk-room.ts'
export type { NatsHealth } from './local-servers/nats-health.ts'
export {
  ensureNatsServer,
  ensureProot,
  ensureRedisServer,
  freeLoopbackPort,
  isNatsNewEnough,
  loopbackPort,
  natsHealthPasswordFile,
  natsHealthUser,
  natsInbox,
  natsPasswordFile,
  natsRoutePasswordFile,
  natsUsers,
  neededNats,
  reloadNats,
  routePings,
  secretIn,
  setNatsNodes,
  setNatsRoutes,
  shippedFile,
  startNats,
  startRedis,
  startServer,
  temporaryFeed,
  temporaryNats,
  temporaryRedis,
  unpackDebianPackages,
} from './local-servers/index.ts'
export type {
  EnsureServerOptions,
  LocalNats,
  NatsMember,
  NatsNode,
  NatsPlace,
  NatsUser,
  LocalRedis,
  LocalServer,
  ServerProcess,
  StartNats,
  StartRedis,
  Temporary,
} from './local-servers/index.ts'
export { feedDomain, feedReaders, reloadFeed, writeFeedConfiguration } from './local-servers/feed-configuration.ts'
export type { FeedReader } from './local-servers/feed-configuration.ts'
export { feedPortFile, feedWriter, startFeed } from './local-servers/start-feed.ts'
export type { LocalFeed, StartFeed } from './local-servers/start-feed.ts'
