import { Readable, Writable } from 'node:stream'
import type { WebSocket } from 'ws'
import type { CommandChannels, WantedChannels } from '../command-channels.ts'
import { bytesOf } from './channel-codec.ts'
import type { ChannelProtocol } from './channel-codec.ts'

/** What a message begins with; 255 (version 5) announces that the channel in the second byte is closed. */
const numbers = { stdin: 0, stdout: 1, stderr: 2, error: 3, resize: 4, closing: 255 } as const

/** The channels of Kubernetes' remotecommand over WebSocket. */
export const webSocketChannels = (
  socket: WebSocket,
  wanted: WantedChannels,
  { codec, endsWithStatus }: ChannelProtocol,
): CommandChannels => {
  const stdin = wanted.stdin
    ? new Readable({
        read: () => socket.resume(),
        // Nobody will read on: a connection that stands still would not show that the client has gone.
        destroy: (error, done) => {
          socket.resume()
          done(error)
        },
      })
    : undefined
  const resize = wanted.tty ? new Readable({ read: () => undefined }) : undefined
  const inbound = (channel: number): Readable | undefined =>
    channel === numbers.stdin ? stdin : channel === numbers.resize ? resize : undefined

  socket.on('message', data => {
    const message = codec.read(bytesOf(data))
    if (!message) return
    const { channel, content } = message
    if (channel === numbers.closing) return void inbound(content[0] ?? -1)?.push(null)
    const to = inbound(channel)
    // A client begins each channel with an empty message; it says only that the channel is there.
    if (content.length > 0 && to && !to.destroyed && !to.push(content)) socket.pause()
  })
  const closed = new Promise<void>(resolve => socket.on('close', () => resolve()))
  void closed.then(() => {
    stdin?.push(null)
    resize?.push(null)
  })
  socket.on('error', () => socket.terminate())

  const outbound = (channel: number): Writable =>
    new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        if (socket.readyState !== socket.OPEN) return done()
        socket.send(codec.write(channel, chunk), () => done())
      },
    })
  // As from Kubernetes: an empty message of the lowest channel tells the client that it is connected.
  const lowest = wanted.stdout ? numbers.stdout : wanted.stderr ? numbers.stderr : numbers.error
  socket.send(codec.write(lowest, Buffer.alloc(0)), () => undefined)
  return {
    stdin,
    resize,
    stdout: wanted.stdout ? outbound(numbers.stdout) : undefined,
    stderr: wanted.stderr && !wanted.tty ? outbound(numbers.stderr) : undefined,
    error: outbound(numbers.error),
    endsWithStatus,
    closed,
    close: () => socket.close(1000),
  }
}
