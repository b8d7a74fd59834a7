import { connect as connectSocket, isIP } from 'node:net'
import type { Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { signed } from '../connection/user-key.ts'
import { FrameReader } from './frame-reader.ts'
import type { Frame } from './frame-reader.ts'

/** Where NATS is, and who asks. */
export interface WireConfig {
  /** `host:port` or `nats://` and `tls://` URLs, tried in order. */
  readonly servers: readonly string[]
  readonly user?: string
  readonly password?: string
  /** As `BusConfig`'s. */
  readonly keySeed?: string
  readonly ca?: string
  readonly serverName?: string
  readonly name: string
}

export interface WireListener {
  /** A message for the wire's inbox; the frame is good during the call only. */
  message(frame: Frame): void
  /** All messages of one piece from the socket have been told. */
  pause(): void
  /** Nothing comes any more; with an error, what came was not the protocol of NATS. */
  lost(error?: unknown): void
}

/** A connection of its own for what comes in quantity: one subscription, and no reconnection. */
export interface Wire {
  publish(subject: string, text: string): void
  close(): void
}

interface Info {
  readonly tls_required?: boolean
  /** To be signed by who has a key. */
  readonly nonce?: string
}

const defaultPort = 4222
const patience = 5_000

/** Connects and subscribes to `inbox`. Rejects where no server answers, or none lets us in. */
export const openWire = async (config: WireConfig, inbox: string, listener: WireListener): Promise<Wire> => {
  let failure: unknown = new Error('no NATS servers are configured')
  for (const server of config.servers)
    try {
      return await openTo(server, config, inbox, listener)
    } catch (error) {
      failure = error
    }
  throw failure
}

/** A server as configurations name it. */
export const serverUrl = (server: string): URL => new URL(server.includes('://') ? server : `nats://${server}`)

const openTo = async (server: string, config: WireConfig, inbox: string, listener: WireListener): Promise<Wire> => {
  const { protocol, hostname, port } = serverUrl(server)
  const host = hostname.replace(/^\[|\]$/g, '')
  const plain = connectSocket({ host, port: Number(port || defaultPort), noDelay: true })
  let socket: Socket = plain
  try {
    const info = await greeting(plain)
    const { ca, serverName = host } = config
    if (info.tls_required || ca !== undefined || protocol === 'tls:') socket = await encrypted(plain, serverName, ca)
    return await introduced(socket, config, info.nonce, inbox, listener)
  } catch (error) {
    socket.destroy()
    plain.destroy()
    throw error
  }
}

/** What `begin` starts, ended by an error or the end of the socket, or by nothing happening for too long. */
const attempt = <A>(
  socket: Socket,
  begin: (resolve: (value: A) => void, reject: (error: Error) => void) => void,
): Promise<A> =>
  new Promise<A>((resolve, reject) => {
    const end = (): void => {
      clearTimeout(timer)
      socket.off('error', fail).off('close', closed)
    }
    const fail = (error: Error): void => {
      end()
      reject(error)
    }
    const closed = (): void => fail(new Error('NATS closed the connection'))
    const timer = setTimeout(() => fail(new Error('NATS does not answer')), patience)
    socket.once('error', fail).once('close', closed)
    begin(value => {
      end()
      resolve(value)
    }, fail)
  })

/** The line that a server says before anything else. */
const greeting = (socket: Socket): Promise<Info> =>
  attempt(socket, (resolve, reject) => {
    let text = ''
    const listen = (piece: Buffer): void => {
      text += piece.toString('latin1')
      const end = text.indexOf('\r\n')
      if (end < 0) return
      socket.off('data', listen).pause()
      if (text.startsWith('INFO ')) resolve(JSON.parse(text.slice('INFO '.length, end)) as Info)
      else reject(new Error('this is no NATS server'))
    }
    socket.on('data', listen)
  })

const encrypted = (socket: Socket, host: string, ca: string | undefined): Promise<Socket> => {
  // An address is no server name; `host` is what the certificate must be for either way.
  const secured = connectTls({
    ...{ socket, host },
    ...(isIP(host) === 0 ? { servername: host } : {}),
    ...(ca === undefined ? {} : { ca }),
  })
  return attempt(secured, resolve => secured.once('secureConnect', () => resolve(secured)))
}

const introduced = (
  socket: Socket,
  { user, password: pass, keySeed, name }: WireConfig,
  nonce: string | undefined,
  inbox: string,
  listener: WireListener,
): Promise<Wire> =>
  attempt(socket, (resolve, reject) => {
    let over = false
    const lose = (error?: unknown): void => {
      if (over) return
      over = true
      socket.destroy()
      listener.lost(error)
    }
    const wire: Wire = {
      publish: (subject, text) =>
        void socket.write(`PUB ${subject} ${inbox} ${Buffer.byteLength(text)}\r\n${text}\r\n`),
      close: () => {
        over = true
        socket.destroy()
      },
    }
    const reader = new FrameReader(
      frame => listener.message(frame),
      line => {
        if (line === 'PING') socket.write('PONG\r\n')
        else if (line === 'PONG') resolve(wire)
        else if (line.startsWith('-ERR')) {
          reject(new Error(`NATS says: ${line}`))
          lose()
        }
      },
    )
    socket.on('data', (piece: Buffer) => {
      if (over) return
      try {
        reader.take(piece)
      } catch (error) {
        return lose(error)
      }
      listener.pause()
    })
    socket.on('error', () => lose()).on('close', () => lose())
    const introduction = {
      ...{ verbose: false, pedantic: false, protocol: 1, headers: true, no_responders: true, lang: 'periplus', name },
      ...{ version: '1', user, pass },
      ...(keySeed === undefined || nonce === undefined ? {} : signed(keySeed, nonce)),
    }
    socket.write(`CONNECT ${JSON.stringify(introduction)}\r\nSUB ${inbox} 1\r\nPING\r\n`)
    socket.resume()
  })
