import { Readable, Writable } from 'node:stream'
import type { RawData, WebSocket } from 'ws'
import type { CommandChannels, WantedChannels } from '../command-channels.ts'

/** First byte of every message; 255 (version 5) announces that the channel in the second byte is closed. */
const numbers = { stdin: 0, stdout: 1, stderr: 2, error: 3, resize: 4, closing: 255 } as const

const bytesOf = (data: RawData): Buffer =>
  Buffer.isBuffer(data) ? data : Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data)

/** The channels of `v4.channel.k8s.io` and `v5.channel.k8s.io` (Kubernetes' remotecommand over WebSocket). */
export const webSocketChannels = (socket: WebSocket, wanted: WantedChannels): CommandChannels => {
  const stdin = wanted.stdin ? new Readable({ read: () => socket.resume() }) : undefined
  const resize = wanted.tty ? new Readable({ read: () => undefined }) : undefined
  const inbound = (channel: number): Readable | undefined =>
    channel === numbers.stdin ? stdin : channel === numbers.resize ? resize : undefined

  socket.on('message', data => {
    const message = bytesOf(data)
    const channel = message[0]
    if (channel === undefined) return
    if (channel === numbers.closing) return void inbound(message[1] ?? -1)?.push(null)
    // A client begins each channel with an empty message; it says only that the channel is there.
    if (message.length > 1 && inbound(channel)?.push(message.subarray(1)) === false) socket.pause()
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
        const message = Buffer.allocUnsafe(chunk.length + 1)
        message[0] = channel
        message.set(chunk, 1)
        socket.send(message, () => done())
      },
    })
  return {
    stdin,
    resize,
    stdout: wanted.stdout ? outbound(numbers.stdout) : undefined,
    stderr: wanted.stderr && !wanted.tty ? outbound(numbers.stderr) : undefined,
    error: outbound(numbers.error),
    closed,
    close: () => socket.close(1000),
  }
}
