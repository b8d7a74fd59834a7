export type { Bus, BusRefusal, BusStatus, Message, Subscription } from './bus.ts'
export { connectBus } from './connection/connect-bus.ts'
export type { BusConfig } from './connection/connect-bus.ts'
export type {
  JetStream,
  Publication,
  PublishAnswer,
  ReadStream,
  StreamSettings,
  StreamState,
} from './jetstream/jetstream.ts'
export type { StoredMessage } from './jetstream/stored-message.ts'
