import { Duplex } from 'node:stream'
import { finished } from 'node:stream/promises'
import type { WebSocket } from 'ws'
import { forward } from '../forward.ts'
import type { OpenPort } from '../forward.ts'
import { bytesOf } from './channel-codec.ts'
import type { ChannelCodec } from './channel-codec.ts'

/**
 * Port-forward over the channels of a WebSocket, as the kubelet speaks it: two a port, in the order in which the query names the ports, the
 * one with the bytes and the one on which it is told what went wrong. Each begins with the port, as two bytes, the lower one first. A
 * channel has no end of its own: the WebSocket ends with the last connection. Resolves when it is closed.
 */
export const servePortChannels = async (
  socket: WebSocket,
  codec: ChannelCodec,
  ports: readonly number[],
  open: OpenPort,
): Promise<void> => {
  const closed = new Promise<void>(resolve => socket.on('close', () => resolve()))
  socket.on('error', () => socket.terminate())
  const channel = (number: number): Duplex =>
    new Duplex({
      read: () => socket.resume(),
      write: (chunk: Buffer, _encoding, done) => {
        if (socket.readyState !== socket.OPEN) return done()
        socket.send(codec.write(number, chunk), () => done())
      },
    })
  const pairs = ports.map((port, index) => ({ port, data: channel(2 * index), error: channel(2 * index + 1) }))
  socket.on('message', message => {
    const read = codec.read(bytesOf(message))
    // On the channels for what went wrong a client has nothing to say.
    if (!read || read.channel % 2 === 1 || read.content.length === 0) return
    if (pairs[read.channel / 2]?.data.push(read.content) === false) socket.pause()
  })
  void closed.then(() => pairs.forEach(({ data }) => data.push(null)))
  for (const { port, data, error } of pairs) {
    const named = Buffer.alloc(2)
    named.writeUInt16LE(port)
    data.write(named)
    error.write(named)
    void forward(port, data, error, open)
  }
  const ends = pairs.flatMap(({ data, error }) => [data, error]).map(each => finished(each, { readable: false }))
  await Promise.race([closed, Promise.allSettled(ends)])
  socket.close(1000)
  await closed
}
