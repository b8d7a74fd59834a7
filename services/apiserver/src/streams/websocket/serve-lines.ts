import { finished } from 'node:stream/promises'
import { Writable } from 'node:stream'
import type { WebSocket } from 'ws'
import { messageOf } from '@periplus/prelude'

/** The subprotocols of a container's log; `''`: a client that names none gets bytes. */
export const lineProtocols = ['binary.k8s.io', 'base64.binary.k8s.io', ''] as const

/** As RFC 6455 has it: what the client asked for has not ended, but broken off. */
const brokenOff = 1011

/** Sends what comes of a log, a piece a message, until it ends or the client goes. */
export const serveLines = async (
  socket: WebSocket,
  protocol: string,
  lines: AsyncIterable<Uint8Array>,
  left: AbortController,
): Promise<void> => {
  socket.on('close', () => left.abort())
  socket.on('error', () => socket.terminate())
  const sent = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      if (socket.readyState !== socket.OPEN) return done()
      socket.send(protocol.startsWith('base64.') ? chunk.toString('base64') : chunk, () => done())
    },
  })
  try {
    for await (const chunk of lines) {
      if (left.signal.aborted) break
      if (!sent.write(chunk)) await new Promise(resolve => sent.once('drain', resolve))
    }
  } catch (error) {
    // The node has gone, for one: a client that is not told would wait for lines as long as it lives.
    return socket.close(brokenOff, messageOf(error).slice(0, 100))
  }
  sent.end()
  await finished(sent).catch(() => undefined)
  socket.close(1000)
}
