import { request as httpRequest } from 'node:http'
import type { ClientRequest, IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { connect as tlsConnect } from 'node:tls'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { Refusal } from '@periplus/api'
import type { Call } from '../http/call.ts'
import type { Incoming } from '../http/exchange.ts'
import type { Headers } from '../http/reply.ts'
import { passing, requestHeaders } from './headers.ts'
import { unavailable } from './target.ts'

/** A server behind the proxy, and how a client's request is put to it. */
export interface Upstream {
  /** Opens a connection to it; left: why there is none. */
  readonly connect: () => Promise<Either<Refusal, Duplex>>
  readonly tls: boolean
  /** Path and query that it is asked for. */
  readonly path: string
  /** Where the proxy is seen by the client, before the path. */
  readonly prefix: string
  /** What it is told besides, such as who asks. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>
  /** Its headers as far as the protocol is concerned: a WebSocket's are handed on as they are. */
  readonly upgrade?: string
}

/** What came of a request: an answer whose body is still to be read, or another protocol on the same connection. */
export type Exchanged =
  | { readonly tag: 'Response'; readonly response: IncomingMessage }
  | { readonly tag: 'Upgraded'; readonly response: IncomingMessage; readonly stream: Duplex; readonly head: Buffer }

const trouble = (error: Error): Refusal => unavailable(`error trying to reach service: ${error.message}`)

/** Kubernetes takes whatever certificate a pod shows: who asks through the proxy asks the cluster, not the pod, who it is. */
const secured = (connection: Duplex): Duplex => tlsConnect({ socket: connection, rejectUnauthorized: false })

/** Whether the headers say where the body ends; else that is said anew to the server behind the proxy. */
const isFramed = ({ headers, method, httpVersionMajor }: Incoming): boolean =>
  headers['content-length'] !== undefined ||
  (httpVersionMajor < 2 ? headers['transfer-encoding'] === undefined : method === 'GET' || method === 'HEAD')

/** Sends a client's request on and gives the answer, once its head is there. */
export const exchange = async (call: Call, upstream: Upstream): Promise<Either<Refusal, Exchanged>> => {
  const opened = await upstream.connect()
  if (E.isLeft(opened)) return opened
  const connection = upstream.tls ? secured(opened.right) : opened.right
  const uri = `${upstream.prefix}${upstream.path.split('?')[0] ?? ''}`
  const headers = requestHeaders({ request: call.request, uri })
  const framed = isFramed(call.request) ? {} : { 'transfer-encoding': 'chunked' }
  const give = (): void => void opened.right.destroy()
  call.signal.addEventListener('abort', give, { once: true })
  return new Promise(resolve => {
    const sent: ClientRequest = httpRequest({
      createConnection: () => connection,
      method: call.request.method ?? 'GET',
      path: upstream.path,
      setHost: false,
      headers: {
        ...(headers as Record<string, string | string[]>),
        ...(upstream.headers as Record<string, string | string[]> | undefined),
        ...framed,
        ...(upstream.upgrade === undefined
          ? { connection: 'close' }
          : { connection: 'Upgrade', upgrade: upstream.upgrade }),
      },
    })
    sent.on('error', error => resolve(E.left(trouble(error))))
    sent.on('response', response => resolve(E.right({ tag: 'Response', response })))
    sent.on('upgrade', (response, stream, head) => resolve(E.right({ tag: 'Upgraded', response, stream, head })))
    // A client that goes away in the middle of its body takes the request with it.
    call.request.on('error', give)
    call.request.pipe(sent)
  })
}

/** An answer's headers as the client gets them. */
export const responseHeaders = ({ headers }: IncomingMessage): Headers => passing(headers)
