export {
  bool,
  bytes,
  decode,
  encode,
  entries,
  integer,
  many,
  message,
  one,
  optional,
  string,
  strings,
} from './protobuf.ts'
export type { Decoded, Field, Type } from './protobuf.ts'
export { grpcChannel } from './channel.ts'
export type { Call, ChannelOptions, GrpcChannel } from './channel.ts'
export { errorText, grpcStatus } from './error-text.ts'
export type { ServiceError } from '@grpc/grpc-js'
export { answering, serveGrpc } from './serve.ts'
export type { Answering, GrpcRefusal, GrpcServer } from './serve.ts'
