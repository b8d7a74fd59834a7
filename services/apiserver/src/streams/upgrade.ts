import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer, createWebSocketStream } from 'ws'
import type { WebSocket } from 'ws'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { badRequest } from '@periplus/api'
import type { Refusal } from '@periplus/api'
import type { UpgradeRequest } from '../ports.ts'

/** What the client and we agreed to speak. */
export type Spoken =
  | { readonly tag: 'WebSocket'; readonly protocol: string }
  /** SPDY/3.1, plain or through a WebSocket. */
  | { readonly tag: 'Spdy'; readonly protocol: string; readonly tunnelled: boolean }

const tunnelPrefix = 'SPDY/3.1+'
/** A credential among the protocols is none of them. */
const bearerPrefix = 'base64url.bearer.authorization.k8s.io.'

const offered = (request: IncomingMessage, header: string): readonly string[] =>
  [request.headers[header] ?? []]
    .flat()
    .flatMap(value => value.split(','))
    .map(value => value.trim())
    .filter(value => value !== '')

/** The first of our protocols, in our order of preference, that the client offers. */
export const negotiate = (
  { request }: UpgradeRequest,
  ours: { readonly webSocket: readonly string[]; readonly spdy: readonly string[]; readonly tunnel: readonly string[] },
): Either<Refusal, Spoken> => {
  const upgrade = (request.headers.upgrade ?? '').toLowerCase()
  if (upgrade === 'websocket') {
    const named = offered(request, 'sec-websocket-protocol').filter(protocol => !protocol.startsWith(bearerPrefix))
    const protocols = named.length > 0 ? named : ['']
    const direct = ours.webSocket.find(protocol => protocols.includes(protocol))
    if (direct !== undefined) return E.right({ tag: 'WebSocket', protocol: direct })
    const through = ours.tunnel.find(protocol => protocols.includes(tunnelPrefix + protocol))
    if (through !== undefined) return E.right({ tag: 'Spdy', protocol: through, tunnelled: true })
    return E.left(badRequest(`unable to upgrade: unsupported protocols: [${protocols.join(' ')}]`))
  }
  if (upgrade === 'spdy/3.1') {
    const protocols = offered(request, 'x-stream-protocol-version')
    const spoken = ours.spdy.find(protocol => protocols.includes(protocol))
    if (spoken !== undefined) return E.right({ tag: 'Spdy', protocol: spoken, tunnelled: false })
    return E.left(
      badRequest(`unable to upgrade: unable to negotiate protocol: client supports [${protocols.join(' ')}]`),
    )
  }
  return E.left(badRequest('Upgrade request required'))
}

/** Answers 101 to a WebSocket's opening. */
export const acceptWebSocket = (connection: UpgradeRequest, protocol: string): Promise<WebSocket> =>
  new Promise((resolve, reject) => {
    const { request, socket, head } = connection
    // `ws` takes no protocol with a slash, so the choice is made here and it never sees what was offered.
    delete request.headers['sec-websocket-protocol']
    const server = new WebSocketServer({ noServer: true, clientTracking: false, perMessageDeflate: false })
    if (protocol !== '') server.on('headers', headers => headers.push(`Sec-WebSocket-Protocol: ${protocol}`))
    server.on('wsClientError', reject)
    connection.release()
    server.handleUpgrade(request, socket, head, resolve)
  })

/** Answers 101 and gives the byte stream that SPDY is spoken on, with what of it has arrived. */
export const acceptSpdy = async (
  connection: UpgradeRequest,
  spoken: Extract<Spoken, { tag: 'Spdy' }>,
): Promise<{ readonly transport: Duplex; readonly head: Buffer }> => {
  if (spoken.tunnelled) {
    const webSocket = await acceptWebSocket(connection, tunnelPrefix + spoken.protocol)
    return { transport: createWebSocketStream(webSocket), head: Buffer.alloc(0) }
  }
  connection.release()
  connection.socket.write(
    'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n' +
      `X-Stream-Protocol-Version: ${spoken.protocol}\r\n\r\n`,
  )
  return { transport: connection.socket, head: connection.head }
}
