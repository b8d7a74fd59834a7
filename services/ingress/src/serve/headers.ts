import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import type { TLSSocket } from 'node:tls'

/** Headers of one connection, which end at a proxy (RFC 9110, 7.6.1), and `expect`, which was answered already. */
const hopByHop: ReadonlySet<string> = new Set([
  ...['connection', 'keep-alive', 'proxy-authenticate', 'proxy-authorization', 'proxy-connection', 'te', 'trailer'],
  ...['transfer-encoding', 'upgrade', 'expect'],
])

/** What a client says of itself here is not believed; and `proxy` is an environment variable to CGI programs. */
const notBelieved = (name: string): boolean =>
  name.startsWith('x-forwarded-') || name === 'forwarded' || name === 'x-real-ip' || name === 'proxy'

type Headers = Record<string, string | string[]>

/** The headers that pass: not those of the connection, nor those that it names. */
export const passing = (headers: IncomingHttpHeaders): Headers => {
  const named = new Set((headers.connection ?? '').split(',').map(name => name.trim().toLowerCase()))
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined || hopByHop.has(name) || named.has(name) ? [] : [[name, value]],
    ),
  )
}

export const isSecure = ({ socket }: Pick<IncomingMessage, 'socket'>): boolean =>
  (socket as TLSSocket).encrypted === true

/** What the back end is sent of a request's headers, with who asks and how. */
export const requestHeaders = (request: IncomingMessage, host: string): Headers => {
  const { socket } = request
  const client = (socket.remoteAddress ?? '').replace(/^::ffff:/, '')
  return {
    ...Object.fromEntries(Object.entries(passing(request.headers)).filter(([name]) => !notBelieved(name))),
    host,
    'x-forwarded-for': client,
    'x-forwarded-proto': isSecure(request) ? 'https' : 'http',
    'x-forwarded-host': host,
    'x-forwarded-port': String(socket.localPort ?? ''),
    'x-real-ip': client,
  }
}

/** Whether a body follows (RFC 9112, 6.3). */
export const hasBody = ({ headers }: Pick<IncomingMessage, 'headers'>): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0

/** Of all protocols that a connection may become, the one that is passed on. */
export const wantsWebSocket = ({ headers }: Pick<IncomingMessage, 'headers'>): boolean =>
  headers.upgrade?.toLowerCase() === 'websocket'
