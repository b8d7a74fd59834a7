import { connect, createServer } from 'node:net'
import type { Socket } from 'node:net'
import { E } from '@periplus/prelude'
import type { Listen, Listening, RelayTarget } from './relay.ts'
import type { Room } from './room.ts'

/** A target that says nothing for so long is not there; the next one is tried. */
const longestDial = 5_000

/** Hands on connections, each direction until it ends. Where no target can be reached, the client is told by a reset. */
export const relayTcp =
  (room: Room): Listen =>
  ({ address, port }, targets) =>
    new Promise(resolve => {
      const sockets = new Set<Socket>()
      const keep = (socket: Socket): void => {
        sockets.add(socket)
        socket.on('close', () => sockets.delete(socket))
      }
      const server = createServer({ allowHalfOpen: true, pauseOnConnect: true, noDelay: true }, client => {
        client.on('error', () => client.destroy())
        if (room.taken >= room.most) return void client.resetAndDestroy()
        room.taken++
        client.on('close', () => room.taken--)
        keep(client)
        void reach(targets(client.remoteAddress ?? ''), client).then(target => {
          if (!target) return void client.resetAndDestroy()
          keep(target)
          hand(client, target)
          hand(target, client)
        })
      })
      server.once('error', (error: NodeJS.ErrnoException) => resolve(E.left(error.code ?? error.message)))
      server.listen({ host: address, port, exclusive: true }, () => resolve(E.right(listening)))
      const listening: Listening = {
        close: now =>
          new Promise(done => {
            server.close()
            if (now) for (const socket of sockets) socket.destroy()
            done()
          }),
      }
    })

/** A connection to the first target that takes one, while the client is there. */
const reach = async (targets: readonly RelayTarget[], client: Socket): Promise<Socket | undefined> => {
  for (const target of targets) {
    if (client.destroyed) return undefined
    const socket = await dialled(target, client)
    if (socket) return socket
  }
  return undefined
}

const dialled = ({ ip, port }: RelayTarget, client: Socket): Promise<Socket | undefined> =>
  new Promise(resolve => {
    const socket = connect({ host: ip, port, allowHalfOpen: true, noDelay: true, timeout: longestDial })
    const gone = (): void => void socket.destroy()
    client.once('close', gone)
    socket.once('timeout', gone)
    socket.on('error', gone)
    socket.once('connect', () => {
      client.off('close', gone)
      socket.off('timeout', gone)
      socket.setTimeout(0)
      resolve(socket)
    })
    // After a connection this says nothing new.
    socket.once('close', () => {
      client.off('close', gone)
      resolve(undefined)
    })
  })

const hand = (from: Socket, to: Socket): void => {
  from.pipe(to)
  from.on('error', () => to.resetAndDestroy())
  from.on('close', () => {
    if (!from.readableEnded) to.destroy()
  })
}
