import type { IncomingHttpHeaders } from 'node:http'

const protocolPrefix = 'base64url.bearer.authorization.k8s.io.'

/** The token of `Authorization: Bearer`, or of a WebSocket's subprotocol where a browser can't set headers. */
export const bearerToken = (headers: IncomingHttpHeaders): string | undefined => {
  const [scheme, token, ...more] = (headers.authorization ?? '').trim().split(/\s+/)
  if (scheme?.toLowerCase() === 'bearer' && token && more.length === 0) return token
  const protocols = (headers['sec-websocket-protocol'] ?? '').split(',').map(protocol => protocol.trim())
  const found = protocols.find(protocol => protocol.startsWith(protocolPrefix))
  return found && Buffer.from(found.slice(protocolPrefix.length), 'base64url').toString()
}
