import type { IncomingHttpHeaders } from 'node:http'
import type { Incoming } from '../http/exchange.ts'

/** Headers of one connection, which end at a proxy (RFC 9110, 7.6.1). */
const hopByHop: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

type Headers = Readonly<Record<string, string | readonly string[]>>

/** The headers that pass: not those of the connection, nor those that it names, nor HTTP/2's own. */
export const passing = (headers: IncomingHttpHeaders): Record<string, string | string[]> => {
  const named = new Set((headers.connection ?? '').split(',').map(name => name.trim().toLowerCase()))
  const out: Record<string, string | string[]> = {}
  for (const [name, value] of Object.entries(headers))
    if (value !== undefined && !name.startsWith(':') && !hopByHop.has(name) && !named.has(name)) out[name] = value
  return out
}

/** Whose request it is, is the API server's to know: what says so goes no further. */
const credentials = (name: string): boolean =>
  name === 'authorization' || name.startsWith('impersonate-') || name.startsWith('x-remote-')

const bearerProtocol = 'base64url.bearer.authorization.k8s.io.'

export interface ForwardedRequest {
  readonly request: Incoming
  /** The path that the proxy is seen at, with what follows it. */
  readonly uri: string
}

/** What a proxied server is sent of a client's headers. */
export const requestHeaders = ({ request, uri }: ForwardedRequest): Headers => {
  const headers = passing(request.headers)
  for (const name of Object.keys(headers)) if (credentials(name)) delete headers[name]
  const protocols = headers['sec-websocket-protocol']
  if (protocols !== undefined) {
    const kept = String(protocols)
      .split(',')
      .map(protocol => protocol.trim())
      .filter(protocol => !protocol.startsWith(bearerProtocol))
    if (kept.length > 0) headers['sec-websocket-protocol'] = kept.join(', ')
    else delete headers['sec-websocket-protocol']
  }
  const before = headers['x-forwarded-for']
  const client = request.socket.remoteAddress
  const chain = [...(before === undefined ? [] : [String(before)]), ...(client === undefined ? [] : [client])]
  const host = request.headers.host ?? request.headers[':authority']
  return {
    ...headers,
    ...(host === undefined ? {} : { host: String(host) }),
    ...(chain.length > 0 ? { 'x-forwarded-for': chain.join(', ') } : {}),
    'x-forwarded-uri': uri,
  }
}
