import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import type { Handler, Listening, Place } from './listening.ts'

/** Answers packets over UDP. */
export const serveUdp = async ({ host, port }: Place, handle: Handler): Promise<Listening> => {
  const socket = createSocket('udp4')
  socket.bind(port, host)
  await once(socket, 'listening')
  // An answer that cannot be sent is the client's loss alone.
  socket.on('error', () => undefined)
  let closed = false
  socket.on('message', (packet, from) => {
    void handle(packet, false).then(answer => {
      // An answer may come when nobody waits for it any more: others were asked for it.
      if (answer && !closed) socket.send(answer, from.port, from.address, () => undefined)
    })
  })
  return {
    port: socket.address().port,
    close: () => {
      closed = true
      return new Promise(resolve => socket.close(() => resolve()))
    },
  }
}
