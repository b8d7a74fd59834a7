export type { Bus, BusStatus, Message, Subscription } from './bus.ts'
export type { BusRefusal } from './refusal.ts'
export { connectBus } from './connection/connect-bus.ts'
export type { BusConfig } from './connection/connect-bus.ts'
export { claimedKey, keyClaim, newUserKey } from './connection/user-key.ts'
export type { UserKey } from './connection/user-key.ts'
export type {
  JetStream,
  Offer,
  OfferedReading,
  OfferedTo,
  Publication,
  PublishAnswer,
  ReadStream,
  StreamCopies,
  StreamReader,
  StreamReaderState,
  StreamSettings,
  StreamState,
} from './jetstream/jetstream.ts'
export { copyStream } from './jetstream/copy-stream.ts'
export { forgetLostReaders, removeServer, replacePeer, setReplicas, stepDown } from './jetstream/peers.ts'
export { lastReadable } from './jetstream/last-readable.ts'
export { placedReader } from './jetstream/placed-reader.ts'
export type { PlacedReader, ReadingPlace } from './jetstream/placed-reader.ts'
export type { LastReadable } from './jetstream/last-readable.ts'
export type { CopiedStream } from './jetstream/copy-stream.ts'
export type { StoredMessage } from './jetstream/stored-message.ts'
export { requestJson, serveJson } from './requests/json-requests.ts'
export type { Decode, JsonRefusal, ServeJsonOptions } from './requests/json-requests.ts'
export type { ByteStream, Liveness, StreamEnd } from './streams/byte-stream.ts'
export { openByteStream } from './streams/open-byte-stream.ts'
export type { OpenOptions, OpenRefusal } from './streams/open-byte-stream.ts'
export { serveByteStreams } from './streams/serve-byte-streams.ts'
export type { ServeOptions, StreamHandler } from './streams/serve-byte-streams.ts'
