import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:http2'
import type { ClientHttp2Session } from 'node:http2'
import tls from 'node:tls'
import { endStream, frame, framesIn, frameType, get, goaway, preface } from './frames.ts'
import type { Heard } from './frames.ts'
import { configMaps } from './objects.ts'
import { startTestServer } from './server.ts'
import type { TestServer } from './server.ts'

/** What answers the bytes, up to where each of the streams has ended; then the client ends the connection, and so does the server. */
const conversation = async (
  { url, ca }: TestServer,
  said: Buffer,
  until: readonly number[],
): Promise<readonly Heard[]> => {
  const socket = tls.connect({ port: Number(new URL(url).port), host: '127.0.0.1', ca, ALPNProtocols: ['h2'] })
  socket.write(said)
  let heard = Buffer.alloc(0)
  const open = new Set(until)
  socket.on('data', (bytes: Buffer) => {
    heard = Buffer.concat([heard, bytes])
    for (const { type, flags, stream } of framesIn(heard))
      if (type === frameType.reset || (type < 2 && flags & endStream)) open.delete(stream)
    if (open.size === 0) socket.end()
  })
  await once(socket, 'close')
  return framesIn(heard)
}

const statusOf = async (session: ClientHttp2Session, path: string): Promise<unknown> => {
  const stream = session.request({ ':path': path })
  const [headers] = (await once(stream, 'response')) as [Readonly<Record<string, unknown>>]
  stream.resume()
  await once(stream, 'close')
  return headers[':status']
}

describe('the end of an HTTP/2 session', () => {
  it('is left to a client that says goodbye, and what it asks behind that is answered, not refused from within the reading', async () => {
    const server = await startTestServer()
    const settings = frame(frameType.settings, 0, 0)
    const watch = get(1, `${configMaps}?watch=1`)
    const asked = [3, 5, 7].map(stream => get(stream, '/version'))
    const heard = await conversation(server, Buffer.concat([preface, settings, watch, goaway, ...asked]), [3, 5, 7])
    assert.deepEqual(
      heard.filter(({ type }) => type === frameType.reset || type === frameType.goaway),
      [],
    )
    await server.stop()
  })

  it("lets Node's client ask and leave in the same turn", async () => {
    const server = await startTestServer()
    for (let round = 0; round < 20; round++) {
      const session = connect(server.url, { ca: server.ca })
      await once(session, 'remoteSettings')
      const asked = ['/version', '/healthz', configMaps].map(path => statusOf(session, path))
      session.close()
      assert.deepEqual(await Promise.all(asked), [200, 200, 200])
      await once(session, 'close')
    }
    assert.deepEqual(server.errors, [])
    await server.stop()
  })

  it('is told to clients when the server stops, and comes once what they asked is answered', async () => {
    const server = await startTestServer()
    const session = connect(server.url, { ca: server.ca })
    const watch = session.request({ ':path': `${configMaps}?watch=1` })
    await once(watch, 'response')
    watch.resume()
    const [[code]] = await Promise.all([
      once(session, 'goaway') as Promise<[number]>,
      once(watch, 'end'),
      once(session, 'close'),
      server.stop(),
    ])
    assert.equal(code, 0)
  })
})
