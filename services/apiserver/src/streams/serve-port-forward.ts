import type { Duplex } from 'node:stream'
import { forward } from './forward.ts'
import type { OpenPort } from './forward.ts'
import { serveSpdy } from './spdy/spdy-server.ts'

interface Pair {
  readonly port: number
  error?: Duplex
  data?: Duplex
}

/**
 * `portforward.k8s.io` over SPDY: for each connection the client opens two streams with one request id, `error` and `data`,
 * which name the port. Resolves when the client has gone.
 */
export const servePortForward = async (transport: Duplex, head: Buffer, open: OpenPort): Promise<void> => {
  const pairs = new Map<string, Pair>()
  const server = serveSpdy(transport, head, ({ headers, duplex }) => {
    const type = headers.get('streamtype')
    const port = Number(headers.get('port'))
    if ((type !== 'error' && type !== 'data') || !(port > 0 && port < 65536)) return void duplex.destroy()
    const id = headers.get('requestid') ?? ''
    const pair: Pair = pairs.get(id) ?? { port }
    pair[type] = duplex
    pairs.set(id, pair)
    if (!pair.error || !pair.data) return
    pairs.delete(id)
    void forward(pair.port, pair.data, pair.error, open)
  })
  await server.closed
}
