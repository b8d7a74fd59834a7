import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { gzipSync } from 'node:zlib'
import type { Random } from '@periplus/prelude'
import { pick } from '../extreme/values.ts'

const html = 'Content-Type: text/html; charset=utf-8\r\n'
const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024, '<a href="/x">'))

/** Writes again and again until nobody listens any more. */
const endlessly = (socket: Socket, piece: string | Buffer, everyMilliseconds: number): void => {
  const timer = setInterval(() => socket.write(piece), everyMilliseconds)
  socket.on('close', () => clearInterval(timer))
}

/** Answers that no honest server gives, by name. */
const answers: Readonly<Record<string, (socket: Socket, random: Random) => void>> = {
  'endless headers': socket => {
    socket.write('HTTP/1.1 200 OK\r\n')
    endlessly(socket, `X-${'a'.repeat(1000)}: ${'b'.repeat(1000)}\r\n`, 1)
  },
  'many headers': socket =>
    socket.end(`HTTP/1.1 200 OK\r\n${Array.from({ length: 3000 }, (_, i) => `a${i}: b\r\n`).join('')}\r\n`),
  'a slow body': socket => {
    socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n')
    endlessly(socket, 'a', 5)
  },
  garbage: (socket, random) => socket.end(Buffer.from(Array.from({ length: 2000 }, () => Math.floor(random() * 256)))),
  'ten megabytes': socket =>
    socket.end(
      Buffer.concat([
        Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 10485760\r\n\r\n'),
        Buffer.alloc(10_485_760, 'a'),
      ]),
    ),
  'ten megabytes of a page': socket =>
    socket.end(
      Buffer.concat([
        Buffer.from(`HTTP/1.1 200 OK\r\n${html}Content-Length: 10485760\r\n\r\n`),
        Buffer.alloc(10_485_760, '<a href="/x">'),
      ]),
    ),
  'a packed page that grows': socket =>
    socket.end(
      Buffer.concat([
        Buffer.from(`HTTP/1.1 200 OK\r\n${html}Content-Encoding: gzip\r\nContent-Length: ${bomb.length}\r\n\r\n`),
        bomb,
      ]),
    ),
  'a page that is not packed': socket =>
    socket.end(`HTTP/1.1 200 OK\r\n${html}Content-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello`),
  'an upgrade that nobody asked for': socket => {
    socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n')
    endlessly(socket, 'x'.repeat(1000), 5)
  },
  'two lengths': socket => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 7\r\n\r\nhello, you'),
  'a length and chunks': socket =>
    socket.end('HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n'),
  'less than it says': socket => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\nhello'),
  'more than it says': socket => socket.end(`HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n${'hello'.repeat(1000)}`),
  'a chunk without end': socket =>
    socket.end('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\nx'),
  'endless hints': socket => endlessly(socket, 'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n'.repeat(20), 2),
  'a status that is none': (socket, random) =>
    socket.end(`HTTP/1.1 ${pick(random, [0, 99, 999, 1000, 'x'])} X\r\n\r\n`),
  'a forged second answer': socket =>
    socket.end(
      'HTTP/1.1 302 Found\r\nLocation: /x\x0bX: y\r\nSet-Cookie: a=\x80\xff\r\nContent-Length: 0\r\n\r\nHTTP/1.1 200 OK\r\n\r\n',
    ),
  nothing: socket => socket.end(),
  'a broken connection': socket => socket.resetAndDestroy(),
}

/** Names of what it may be asked for. */
export const hostileAnswers = Object.keys(answers)

export interface HostileServer {
  readonly port: number
  /** Connections that are still open. */
  open(): number
  close(): void
}

/** A server behind the proxy that answers as its path, an index into `hostileAnswers`, says. */
export const hostileServer = async (random: Random): Promise<HostileServer> => {
  const sockets = new Set<Socket>()
  const server = createServer(socket => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('close', () => sockets.delete(socket))
    socket.once('data', (asked: Buffer) => {
      const which = Number(/^\S+ \/(\d+)/.exec(asked.toString('latin1'))?.[1] ?? 0)
      answers[hostileAnswers[which] ?? 'nothing']?.(socket, random)
      socket.resume()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    open: () => sockets.size,
    close: () => {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  }
}
