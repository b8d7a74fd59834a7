import { finished } from 'node:stream/promises'
import { Writable } from 'node:stream'
import type { WebSocket } from 'ws'

/** The subprotocols of a container's log; `''`: a client that names none gets bytes. */
export const lineProtocols = ['binary.k8s.io', 'base64.binary.k8s.io', ''] as const

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
  for await (const chunk of lines) {
    if (left.signal.aborted) break
    if (!sent.write(chunk)) await new Promise(resolve => sent.once('drain', resolve))
  }
  sent.end()
  await finished(sent).catch(() => undefined)
  socket.close(1000)
}
