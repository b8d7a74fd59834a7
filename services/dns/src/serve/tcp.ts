import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { withLength } from '../upstream/exchange.ts'
import type { Handler, Listening, Place } from './listening.ts'

/** Clients that keep connections open must leave room for others. */
const mostConnections = 500
const idleMilliseconds = 10_000
/** Questions of one connection that wait for their answers. */
const mostPending = 64

/** Answers packets over TCP (RFC 7766): several on a connection, each as soon as it is known. */
export const serveTcp = async ({ host, port }: Place, handle: Handler): Promise<Listening> => {
  const sockets = new Set<Socket>()
  const server = createServer(socket => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => socket.destroy())
    socket.setTimeout(idleMilliseconds, () => socket.destroy())
    answerOn(socket, handle)
  })
  server.maxConnections = mostConnections
  server.listen(port, host)
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    close: () => {
      const closed = new Promise<void>(resolve => server.close(() => resolve()))
      for (const socket of sockets) socket.destroy()
      return closed
    },
  }
}

const answerOn = (socket: Socket, handle: Handler): void => {
  let received: Buffer = Buffer.alloc(0)
  let pending = 0
  const take = (): void => {
    while (pending < mostPending && received.length >= 2) {
      const end = 2 + received.readUInt16BE(0)
      if (received.length < end) break
      const packet = Buffer.from(received.subarray(2, end))
      received = received.subarray(end)
      pending++
      void handle(packet, true).then(answer => {
        pending--
        if (answer && !socket.destroyed) socket.write(withLength(answer))
        take()
      })
    }
    if (pending >= mostPending) socket.pause()
    else socket.resume()
  }
  socket.on('data', chunk => {
    received = received.length === 0 ? chunk : Buffer.concat([received, chunk])
    take()
  })
}
