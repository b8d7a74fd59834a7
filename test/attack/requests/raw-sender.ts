import { connect, createSecureContext } from 'node:tls'
import type { TLSSocket } from 'node:tls'
import { answerReader } from './answer-reader.ts'
import type { WireAnswer } from './answer-reader.ts'
import type { HostileRequest } from './draw.ts'
import type { Credentials, Sender } from './sender.ts'

const patienceMilliseconds = 60_000
/** Of an answer, so much is kept: what is longer is not judged by its content. */
const mostKept = 64 * 1024

const spelled = ({ method, target, headers, body }: HostileRequest, host: string): Buffer => {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  const head = Buffer.from(`${method} ${target} HTTP/1.1\r\nhost: ${host}\r\n${lines.join('')}\r\n`, 'latin1')
  return body ? Buffer.concat([head, body]) : head
}

/**
 * HTTP/1.1 over connections that are kept, byte by byte as the request has it: Node's client costs as much for a request as the server does, and
 * tidies up what it sends. Each connection has one request at a time.
 */
export const rawSender = ({ url, ca, certificate: cert, key }: Credentials): Sender => {
  const { hostname: host, port } = new URL(url)
  // Once: to read certificates costs more than a request.
  const secureContext = createSecureContext({ ca, cert, key })
  const idle: TLSSocket[] = []
  const all = new Set<TLSSocket>()
  let session: Buffer | undefined
  /** What each connection was used for last, and when. */
  const uses = new WeakMap<TLSSocket, { readonly by: string; readonly at: number }>()
  const lastUse = (socket: TLSSocket): string => {
    const use = uses.get(socket)
    return use ? `${(performance.now() - use.at).toFixed(0)} ms after ${use.by}` : 'a new one'
  }

  const opened = (): TLSSocket => {
    const socket = connect({ host, port: Number(port), secureContext, ALPNProtocols: ['http/1.1'], session })
    all.add(socket)
    socket.setNoDelay(true)
    socket.on('session', one => (session = one))
    socket.on('error', () => undefined)
    socket.on('close', () => {
      all.delete(socket)
      const at = idle.indexOf(socket)
      if (at >= 0) idle.splice(at, 1)
    })
    return socket
  }
  const exchange = (socket: TLSSocket, request: HostileRequest): Promise<WireAnswer> =>
    new Promise((resolve, reject) => {
      const reader = answerReader(request.method, mostKept)
      const idleFor = lastUse(socket)
      let heard = 0
      const done = (act: () => void): void => {
        clearTimeout(patience)
        socket.off('data', hear)
        socket.off('close', closed)
        act()
      }
      const fail = (why: string): void =>
        done(() => {
          socket.destroy()
          reject(new Error(why))
        })
      const hear = (bytes: Buffer): void => {
        heard += bytes.length
        try {
          const answer = reader.push(bytes)
          if (answer) done(() => resolve(answer))
        } catch (error) {
          fail(String(error))
        }
      }
      const closed = (): void => {
        const answer = reader.end()
        if (answer) done(() => resolve(answer))
        else fail(`the connection (${idleFor}) ended before the answer did, of which ${heard} bytes came`)
      }
      const patience = setTimeout(() => fail('no answer'), patienceMilliseconds)
      socket.on('data', hear)
      socket.on('close', closed)
      socket.write(spelled(request, host))
    })
  return {
    send: async request => {
      const socket = idle.pop() ?? opened()
      const { status, headers, body, length, reusable } = await exchange(socket, request)
      const by = `${status} to ${request.method} ${request.target.slice(0, 200)} ${JSON.stringify(request.headers)}`
      uses.set(socket, { by, at: performance.now() })
      if (reusable && !socket.destroyed) idle.push(socket)
      else socket.destroy()
      const header = (name: string): string => headers.get(name) ?? ''
      return {
        status,
        text: body.toString(),
        type: header('content-type'),
        retryAfter: header('retry-after'),
        whole: body.length === length,
      }
    },
    close: () => {
      for (const socket of all) socket.destroy()
    },
  }
}
