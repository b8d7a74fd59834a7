import { Server, ServerCredentials } from '@grpc/grpc-js'
import type { sendUnaryData, ServerUnaryCall, status } from '@grpc/grpc-js'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { Call } from './channel.ts'
import { decode, encode } from './protobuf.ts'
import type { Type } from './protobuf.ts'

/** A call that is not done, and why. */
export interface GrpcRefusal {
  readonly code: status
  readonly details: string
}

/** One call and who answers it. */
export interface Answering {
  readonly path: string
  answer(request: Buffer): Promise<Either<GrpcRefusal, Buffer>>
}

/** Both directions of a call's messages, as `message` makes them. */
interface Served<Req, ReqIn, Res, ResIn> {
  readonly path: string
  readonly request: Type<Req, ReqIn>
  readonly response: Type<Res, ResIn>
}

/** Answers a call with values. */
export const answering = <Req, ReqIn, Res, ResIn>(
  call: Served<Req, ReqIn, Res, ResIn> & Call<ReqIn, Res>,
  answer: (request: Req) => Promise<Either<GrpcRefusal, ResIn>>,
): Answering => ({
  path: call.path,
  answer: async request =>
    E.map((value: ResIn) => encode(call.response as Type<unknown, ResIn>, value))(
      await answer(decode(call.request as unknown as Type<Req, never>, request)),
    ),
})

/** A server at a socket. */
export interface GrpcServer {
  close(): Promise<void>
}

const asIs = (value: Buffer): Buffer => value

/** Answers unary calls at a unix socket, and all others with UNIMPLEMENTED. */
export const serveGrpc = async (address: string, calls: readonly Answering[]): Promise<GrpcServer> => {
  const server = new Server()
  const entries = calls.map(({ path, answer }) => ({
    path,
    handle: ({ request }: ServerUnaryCall<Buffer, Buffer>, done: sendUnaryData<Buffer>) =>
      void answer(request).then(
        answered => (E.isLeft(answered) ? done(answered.left) : done(null, answered.right)),
        (error: unknown) => done({ details: String(error) }),
      ),
  }))
  server.addService(
    Object.fromEntries(
      entries.map(({ path }) => [
        path,
        {
          path,
          requestStream: false,
          responseStream: false,
          requestSerialize: asIs,
          requestDeserialize: asIs,
          responseSerialize: asIs,
          responseDeserialize: asIs,
        },
      ]),
    ),
    Object.fromEntries(entries.map(({ path, handle }) => [path, handle])),
  )
  await new Promise<void>((resolve, reject) =>
    server.bindAsync(`unix:${address}`, ServerCredentials.createInsecure(), error =>
      error ? reject(error) : resolve(),
    ),
  )
  return {
    close: async () => {
      server.forceShutdown()
    },
  }
}
