import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2'
import type { TLSSocket } from 'node:tls'

/** One request over HTTP/1.1 or HTTP/2; Node's compatibility API makes them look alike. */
export type Incoming = IncomingMessage | Http2ServerRequest
export type Outgoing = ServerResponse | Http2ServerResponse

/** A header's single value; repeated headers are joined as RFC 9110 says. */
export const headerOf = (request: Incoming, name: string): string | undefined => {
  const value = request.headers[name]
  return Array.isArray(value) ? value.join(', ') : value
}

/** The connection below the request: with HTTP/2 the request's own socket is a new stand-in every time. */
export const connectionOf = (request: Incoming): TLSSocket =>
  ('stream' in request ? (request.stream.session?.socket ?? request.socket) : request.socket) as TLSSocket
