import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createSecureServer } from 'node:http2'
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { selfSigned } from '@periplus/webhooks/contract'
import { multiplexedSender } from '../attack/requests/multiplexed.ts'
import type { Heard, Sender } from '../attack/requests/sender.ts'

type Incoming = IncomingMessage | Http2ServerRequest
type Outgoing = ServerResponse | Http2ServerResponse

const asked = async (
  answer: (request: Incoming, response: Outgoing) => void,
  ask: (send: Sender['send']) => Promise<Heard>,
): Promise<Heard> => {
  const { cert, key } = await selfSigned(['localhost'])
  const server = createSecureServer({ cert, key, allowHTTP1: true }, answer)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`
  const { send, close } = multiplexedSender({ url, ca: cert, certificate: cert, key })
  const heard = await ask(send)
  close()
  server.close()
  return heard
}

const deletion = { method: 'DELETE', target: '/x', headers: {}, body: undefined }

describe('a client of many streams', () => {
  it('asks again over HTTP/1.1 where the connection ended without a word, and says so', async () => {
    const answer = (request: Incoming, response: Outgoing): void =>
      void ('stream' in request ? request.stream.session?.destroy() : response.end('gone'))
    const heard = await asked(answer, send => send(deletion))
    assert.deepEqual([heard.status, heard.text, heard.again], [200, 'gone', true])
  })

  it('tells of a stream that ended without an answer, alone', async () => {
    const answer = (request: Incoming): void => void ('stream' in request && request.stream.close())
    assert.equal((await asked(answer, send => send(deletion))).status, 0)
  })

  it('hears why a body is refused of which it still holds most', async () => {
    const answer = (request: Incoming, response: Outgoing): void => {
      response.statusCode = 413
      response.end('too large')
      request.resume()
    }
    const heard = await asked(answer, send =>
      send({ ...deletion, method: 'POST', body: Buffer.alloc(64 * 1024 * 1024) }),
    )
    assert.deepEqual([heard.status, heard.text, heard.again ?? false], [413, 'too large', false])
  })
})
