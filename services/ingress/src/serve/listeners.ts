import { Agent, createServer } from 'node:http'
import type { IncomingMessage, Server, ServerOptions, ServerResponse } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { E, thrownText } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { certificateFor } from '../routes/find-route.ts'
import { emptyTable } from '../routes/routing-table.ts'
import type { RoutingTable } from '../routes/routing-table.ts'
import { answer } from './answer.ts'
import type { Answering } from './answer.ts'
import type { Patience } from './exchange.ts'
import { takeTurns } from './turns.ts'
import { upgrade } from './upgrade.ts'

/** Where requests come in; port 0: a free one. */
export interface ListenAt {
  readonly addresses: readonly string[]
  readonly http: number
  readonly https: number
}

export interface ListenersConfig {
  readonly at: ListenAt
  readonly patience?: Patience
  readonly onAnswer: (code: number) => void
  readonly onBug: (error: unknown) => void
}

/** The ports of the ingress, at which the newest table counts. */
export interface Listeners {
  use(table: RoutingTable): void
  /** Opens what is not open yet. Left: one line that says what could not be. */
  open(): Promise<Either<string, void>>
  readonly ports: { readonly http: number | undefined; readonly https: number | undefined }
  close(): Promise<void>
}

const usualPatience: Patience = { connect: 5_000, silence: 60_000 }

/** What one client may take: a header that comes slowly or never ends, and connections that do nothing, are somebody else's room. */
const limits: ServerOptions = {
  maxHeaderSize: 16 * 1024,
  headersTimeout: 10_000,
  // A body may take as long as something of it comes.
  requestTimeout: 0,
  keepAliveTimeout: 60_000,
  connectionsCheckingInterval: 2_000,
}
const handshakeMilliseconds = 10_000
/** Longer than a back end may be silent. */
const idleMilliseconds = 75_000
const mostConnections = 8_192
/** That requests under way have when the process is told to end. */
const lastMilliseconds = 5_000

export const listeners = ({ at, patience = usualPatience, onAnswer, onBug }: ListenersConfig): Listeners => {
  let table = emptyTable
  const agent = new Agent({ keepAlive: true, maxFreeSockets: 64, timeout: idleMilliseconds })
  const answering: Answering = { table: () => table, turns: takeTurns(), agent, patience, onAnswer }
  const opened = new Map<string, Server>()

  const contained = (work: Promise<void>, socket: Socket): void =>
    void work.catch((error: unknown) => {
      onBug(error)
      socket.destroy()
    })
  const prepared = (server: Server): Server => {
    server.on('request', (request: IncomingMessage, response: ServerResponse) =>
      contained(answer(answering, request, response), request.socket),
    )
    server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) =>
      contained(upgrade(answering, request, socket, head), socket),
    )
    server.maxConnections = mostConnections
    server.timeout = idleMilliseconds
    return server
  }
  const make = {
    http: () => prepared(createServer(limits)),
    https: () =>
      prepared(
        createSecureServer({
          ...limits,
          handshakeTimeout: handshakeMilliseconds,
          minVersion: 'TLSv1.2',
          SNICallback: (name, done) => done(null, certificateFor(table, name.toLowerCase())?.context),
        }),
      ),
  }
  const portOf = (kind: keyof typeof make): number | undefined => {
    const [address = ''] = at.addresses
    return (opened.get(`${kind} ${address}`)?.address() as AddressInfo | undefined)?.port
  }

  return {
    use: next => {
      table = next
      const backends = [...next.hosts.values()].flatMap(routes => routes.flatMap(({ backend }) => backend?.name ?? []))
      answering.turns.keepOnly(new Set(backends))
    },
    open: async () => {
      for (const kind of ['http', 'https'] as const)
        for (const address of at.addresses) {
          const key = `${kind} ${address}`
          if (opened.has(key)) continue
          const server = make[kind]()
          const outcome = await listen(server, address, at[kind])
          if (E.isLeft(outcome)) return outcome
          server.on('error', onBug)
          opened.set(key, server)
        }
      return E.right(undefined)
    },
    get ports() {
      return { http: portOf('http'), https: portOf('https') }
    },
    close: async () => {
      await Promise.all([...opened.values()].map(closed))
      agent.destroy()
    },
  }
}

const listen = (server: Server, address: string, port: number): Promise<Either<string, void>> =>
  new Promise(resolve => {
    server.once('error', error =>
      resolve(E.left(`port ${port} of ${address} cannot be listened at: ${thrownText(error)}`)),
    )
    server.listen(port, address, () => {
      server.removeAllListeners('error')
      resolve(E.right(undefined))
    })
  })

const closed = (server: Server): Promise<void> =>
  new Promise(resolve => {
    const timer = setTimeout(() => server.closeAllConnections(), lastMilliseconds)
    server.close(() => {
      clearTimeout(timer)
      resolve()
    })
    server.closeIdleConnections()
  })
