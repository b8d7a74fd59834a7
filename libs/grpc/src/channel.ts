import { Client, Metadata, credentials } from '@grpc/grpc-js'
import type { ClientReadableStream, ServiceError } from '@grpc/grpc-js'
import { E, boundedMilliseconds } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { decode, encode } from './protobuf.ts'
import type { Type } from './protobuf.ts'

/** A call's path and messages. */
export interface Call<Req, Res> {
  readonly path: string
  readonly request: Type<unknown, Req>
  readonly response: Type<Res, never>
}

/** Calls of one server. It is found again by itself when it comes back. */
export interface GrpcChannel {
  /** `seconds`: after that the call is given up with DEADLINE_EXCEEDED. An answer that cannot be read is INTERNAL. */
  unary<Req, Res>(call: Call<Req, Res>, request: Req, seconds: number): Promise<Either<ServiceError, Res>>
  stream<Req, Res>(call: Call<Req, Res>, request: Req): ClientReadableStream<Res>
  close(): void
}

/** How a channel treats its server. */
export interface ChannelOptions {
  /** An answer that is larger is RESOURCE_EXHAUSTED. Default: 64 MiB. */
  readonly mostAnswerBytes?: number
  /** Sent with every call. */
  readonly headers?: Readonly<Record<string, string>>
}

/** `address`: path of a unix socket. */
export const grpcChannel = (
  address: string,
  { mostAnswerBytes = 64 * 1024 * 1024, headers = {} }: ChannelOptions = {},
): GrpcChannel => {
  const client = new Client(`unix:${address}`, credentials.createInsecure(), {
    // The default waits 1 s after the first failure and longer after each: a restarted daemon must be found at once.
    'grpc.initial_reconnect_backoff_ms': 100,
    'grpc.max_reconnect_backoff_ms': 1000,
    'grpc.max_receive_message_length': mostAnswerBytes,
  })
  const metadata = (): Metadata => {
    const made = new Metadata()
    for (const [name, value] of Object.entries(headers)) made.set(name, value)
    return made
  }
  return {
    unary: (call, request, seconds) =>
      new Promise(resolve => {
        client.makeUnaryRequest(
          call.path,
          value => encode(call.request, value),
          content => decode(call.response, content),
          request,
          metadata(),
          { deadline: Date.now() + boundedMilliseconds(seconds) },
          (error, response) => resolve(error || response === undefined ? E.left(error!) : E.right(response)),
        )
      }),
    stream: (call, request) =>
      client.makeServerStreamRequest(
        call.path,
        value => encode(call.request, value),
        content => decode(call.response, content),
        request,
        metadata(),
      ),
    close: () => client.close(),
  }
}
