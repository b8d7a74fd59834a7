import type { Duplex } from 'node:stream'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { serveSpdy } from './spdy/spdy-server.ts'

/** Opens a connection to a port of the pod; left: the node's words. */
export type OpenPort = (port: number) => Promise<Either<string, Duplex>>

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

const forward = async (port: number, data: Duplex, error: Duplex, open: OpenPort): Promise<void> => {
  // The client never writes here; reading to the end lets the stream close.
  error.resume()
  const opened = await open(port)
  if (E.isLeft(opened)) {
    error.end(opened.left)
    data.destroy()
    return
  }
  const connection = opened.right
  connection.on('error', (failure: Error) => error.end(failure.message))
  connection.on('close', () => {
    data.end()
    error.end()
  })
  // kubectl drops its stream as soon as ours has ended, and only then waits for what went wrong: the node may still tell.
  data.on('close', () => (connection.readableEnded ? connection.end() : connection.destroy()))
  data.pipe(connection)
  connection.pipe(data)
}
