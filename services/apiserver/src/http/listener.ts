import { ServerResponse } from 'node:http'
import type { IncomingMessage } from 'node:http'
import { createSecureServer } from 'node:http2'
import type { ServerHttp2Session } from 'node:http2'
import { createServer } from 'node:net'
import type { AddressInfo, Server, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { TLSSocket } from 'node:tls'
import { setTimeout as sleep } from 'node:timers/promises'
import type { UpgradeRequest } from '../ports.ts'
import { endWhenDead } from './dead-session.ts'
import type { Incoming, Outgoing } from './exchange.ts'
import { continueWhenRead } from './expectation.ts'
import { letClientLeave } from './parting.ts'

export interface ListenerConfig {
  readonly host: string
  /** Other addresses, at the same port. */
  readonly alsoAt?: readonly string[]
  /** 0: a free one. */
  readonly port: number
  /** PEM. */
  readonly tls: {
    readonly key: string
    readonly cert: string
    /** Whose client certificates are trusted. */
    readonly ca: string
  }
  readonly handle: (request: Incoming, response: Outgoing, connection?: UpgradeRequest) => Promise<void>
}

export interface Listener {
  readonly host: string
  readonly port: number
  /** New server certificates and authorities for new connections. */
  renew(tls: ListenerConfig['tls']): void
  /** Stops accepting, lets what is being answered end, then closes every connection. */
  close(): Promise<void>
}

/**
 * Of HTTP/1.1: long selectors make long request lines. Go's servers take a megabyte; to take such a query or path apart, before anybody knows who asks,
 * would be 50 to 80 ms of work at once.
 */
const headerLimitBytes = 512 * 1024

/**
 * Of HTTP/2, as told to clients: what nghttp2 takes, 64 KiB as encoded, at the 6.4 bits a character that selectors need at most. Go's clients refuse
 * longer ones themselves and at once, where the session would end without an answer (`dead-session.ts`) and be tried again.
 */
const headerListLimitBytes = 80 * 1024

/**
 * A client whose machine went without a word is noticed by asking its kernel, after so long a silence, as Go's servers do: a command that says nothing
 * would run for it for good.
 */
const stillAliveMilliseconds = 15_000

/** How long a stopping server waits for answers under way. */
const graceMilliseconds = 2000

/**
 * HTTP/1.1 and HTTP/2 over TLS on one port, with client certificates asked for but not required (a bearer token will do);
 * what isn't trusted is for the authenticator to refuse.
 */
export const listen = async (config: ListenerConfig): Promise<Listener> => {
  const { handle, tls } = config
  const server = createSecureServer({
    ...tls,
    allowHTTP1: true,
    requestCert: true,
    rejectUnauthorized: false,
    minVersion: 'TLSv1.2',
    // Megabytes. A large list under way must not make the session refuse the client's next streams.
    maxSessionMemory: 512,
    settings: { maxConcurrentStreams: 1000, maxHeaderListSize: headerListLimitBytes, initialWindowSize: 1024 * 1024 },
  })
  // Not among the options, but read per connection.
  Object.assign(server, { maxHeaderSize: headerLimitBytes })
  const sockets = new Set<Socket>()
  const sessions = new Set<ServerHttp2Session>()
  const active = new Set<Promise<void>>()
  let parted = false
  const begin = (request: Incoming, response: Outgoing, connection?: UpgradeRequest): void => {
    // It was told to be unseen.
    if (parted && 'stream' in response) return
    const exchange = handle(request, response, connection).finally(() => active.delete(exchange))
    active.add(exchange)
  }
  server.on('request', (request, response) => begin(request, response))
  server.on('checkContinue', (request, response) => {
    continueWhenRead(request, response)
    begin(request, response)
  })
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.off('data', ignored)
    const response = new ServerResponse(request)
    response.shouldKeepAlive = false
    response.assignSocket(socket as Socket)
    response.on('finish', () => {
      response.detachSocket(socket as Socket)
      socket.end()
    })
    socket.on('error', () => socket.destroy())
    begin(request, response, {
      request,
      socket,
      head,
      release: () => response.detachSocket(socket as Socket),
    })
  })
  server.on('session', session => {
    sessions.add(session)
    session.on('close', () => sessions.delete(session))
    session.on('error', () => session.destroy())
    letClientLeave(session)
    endWhenDead(session)
  })
  server.on('connection', (socket: Socket) => {
    socket.setKeepAlive(true, stillAliveMilliseconds)
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  server.on('secureConnection', readThroughStream)
  // Of HTTP/1.1. A client that leaves is the client's affair; one that is still there learns why it is not answered.
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
    if (error.code?.startsWith('HPE_') !== true || !socket.writable) return void socket.destroy()
    const status = error.code === 'HPE_HEADER_OVERFLOW' ? '431 Request Header Fields Too Large' : '400 Bad Request'
    socket.end(`HTTP/1.1 ${status}\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n${status}`)
  })
  server.on('tlsClientError', () => undefined)
  await open(server, config.port, config.host)
  const address = server.address() as AddressInfo
  const beside: Server[] = []
  for (const host of config.alsoAt ?? []) {
    const other = createServer(socket => server.emit('connection', socket))
    await open(other, address.port, host).catch((error: unknown) => {
      for (const one of [server, ...beside]) one.close()
      throw error
    })
    beside.push(other)
  }
  return {
    host: config.host,
    port: address.port,
    renew: next => server.setSecureContext(next),
    close: async () => {
      for (const other of beside) other.close()
      const closed = new Promise<void>(resolve => server.close(() => resolve()))
      parted = true
      for (const session of sessions) if (!session.destroyed) session.goaway()
      const stop = new AbortController()
      const grace = sleep(graceMilliseconds, undefined, { signal: stop.signal }).catch(() => undefined)
      await Promise.race([Promise.all(active), grace])
      stop.abort()
      for (const session of sessions) session.destroy()
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}

const ignored = (): void => undefined

/**
 * Node's parser of HTTP/1.1 reads a connection past its stream, and stands still while an answer waits for its client to read. What a client
 * sends then comes out of TLS in several pieces, and the second is taken for a broken request: the connection ends. Whoever listens for data makes
 * the parser read the stream, which holds back what comes meanwhile.
 */
const readThroughStream = (socket: TLSSocket): void => {
  if (socket.alpnProtocol !== 'h2') socket.on('data', ignored)
}

const open = (server: Server, port: number, host: string): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve()
    })
  })
