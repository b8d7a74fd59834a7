import { connect as connectSocket } from 'node:net'
import type { Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { FrameReader } from './frame-reader.ts'
import type { Frame } from './frame-reader.ts'

/** Where NATS is, and who asks. */
export interface WireConfig {
  /** `host:port` or `nats://` and `tls://` URLs, tried in order. */
  readonly servers: readonly string[]
  readonly user?: string
  readonly password?: string
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
  readonly tls_available?: boolean
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

const openTo = async (server: string, config: WireConfig, inbox: string, listener: WireListener): Promise<Wire> => {
  const { hostname, port } = new URL(server.includes('://') ? server : `nats://${server}`)
  const host = hostname.replace(/^\[|\]$/g, '')
  const plain = connectSocket({ host, port: Number(port || defaultPort), noDelay: true })
  let socket: Socket = plain
  try {
    const info = await greeting(plain)
    if (info.tls_required || info.tls_available) socket = await encrypted(plain, host)
    return await introduced(socket, config, inbox, listener)
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

const encrypted = (socket: Socket, servername: string): Promise<Socket> => {
  const secured = connectTls({ socket, servername })
  return attempt(secured, resolve => secured.once('secureConnect', () => resolve(secured)))
}

const introduced = (
  socket: Socket,
  { user, password: pass, name }: WireConfig,
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
    }
    socket.write(`CONNECT ${JSON.stringify(introduction)}\r\nSUB ${inbox} 1\r\nPING\r\n`)
    socket.resume()
  })
