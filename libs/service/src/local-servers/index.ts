export { ensureNatsServer, isNatsNewEnough, neededNats } from './ensure-nats-server.ts'
export type { EnsureServerOptions } from './ensure-nats-server.ts'
export { unpackDebianPackages } from './debian-packages.ts'
export { ensureProot } from './ensure-proot.ts'
export { ensureRedisServer } from './ensure-redis-server.ts'
export {
  natsHealthPasswordFile,
  natsHealthUser,
  natsInbox,
  natsPasswordFile,
  natsRoutePasswordFile,
  natsUsers,
  startNats,
} from './start-nats.ts'
export { reloadNats, routePings, setNatsNodes, setNatsRoutes } from './nats-configuration.ts'
export type { NatsMember, NatsNode, NatsPlace } from './nats-configuration.ts'
export type { LocalNats, NatsLogin, NatsUser, StartNats } from './start-nats.ts'
export { startRedis } from './start-redis.ts'
export type { LocalRedis, StartRedis } from './start-redis.ts'
export type { LocalServer } from './server-process.ts'
export { temporaryFeed, temporaryNats, temporaryRedis } from './temporary-servers.ts'
export type { Temporary } from './temporary-servers.ts'
export { secretIn } from './private-file.ts'
export { startServer } from './server-process.ts'
export type { ServerProcess } from './server-process.ts'
export { shippedFile } from './shipped-file.ts'
export { freeLoopbackPort, loopbackPort } from './loopback-port.ts'
export { feedDomain, feedReaders, reloadFeed, writeFeedConfiguration } from './feed-configuration.ts'
export type { FeedReader } from './feed-configuration.ts'
export { feedPortFile, feedWriter, startFeed } from './start-feed.ts'
export type { LocalFeed, StartFeed } from './start-feed.ts'
