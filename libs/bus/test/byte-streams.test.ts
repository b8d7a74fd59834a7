import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { buffer, text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { temporaryNats } from '@periplus/service'
import type { LocalNats, Temporary } from '@periplus/service'
import { connectBus, openByteStream, serveByteStreams } from '../src/index.ts'
import type { Bus, ByteStream } from '../src/index.ts'
import { encodeFrame } from '../src/streams/frames.ts'

const right = <A>(answer: Either<unknown, A>): A => {
  if (E.isLeft(answer)) throw new Error(JSON.stringify(answer.left))
  return answer.right
}

describe('byte streams', () => {
  let nats: Temporary<LocalNats>
  let client: Bus
  let server: Bus
  before(async function () {
    this.timeout(120_000)
    nats = await temporaryNats({ sync: 'interval' })
    client = right(await connectBus({ ...nats.server, name: 'client' }))
    server = right(await connectBus({ ...nats.server, name: 'server' }))
  })
  after(async () => {
    await client.close()
    await server.close()
    await nats.dispose()
  })

  let subjects = 0
  /** Opens one stream; both its ends. */
  const both = async (request: unknown = {}): Promise<{ here: ByteStream; there: ByteStream; asked: unknown }> => {
    const subject = `test.${++subjects}`
    let asked: unknown
    const served = new Promise<ByteStream>(resolve => {
      const serving = serveByteStreams(server, subject, async question => {
        asked = question
        return E.right(stream => {
          serving.close()
          resolve(stream)
        })
      })
    })
    await server.request('nobody', Buffer.alloc(0)) // the subscription is known when this has come back
    const here = right(await openByteStream(client, subject, request))
    return { here, there: await served, asked }
  }

  it('carries channels in both directions, half-closed one by one', async () => {
    const { here, there, asked } = await both({ command: ['cat'] })
    assert.deepEqual(asked, { command: ['cat'] })
    here.channel('stdin').end('question')
    assert.equal(await text(there.channel('stdin')), 'question')
    there.channel('stdout').write('an')
    there.channel('stdout').end('swer')
    there.channel('error').end('{"exit":3}')
    assert.equal(await text(here.channel('stdout')), 'answer')
    here.channel('resize').end('80x24')
    assert.equal(await text(there.channel('resize')), '80x24')
    await there.close()
    assert.deepEqual([await here.ended, await there.ended], [{ tag: 'Closed' }, { tag: 'Closed' }])
    assert.equal(await text(here.channel('error')), '{"exit":3}', 'what arrived can be read after the end')
    assert.equal(await text(here.channel('never used')), '')
  })

  it('carries 50 MB to a slow reader, and no further ahead of it than a window', async () => {
    const { here, there } = await both()
    const piece = randomBytes(1024 * 1024)
    const sent = createHash('sha256')
    let given = 0
    const pieces = function* (): Generator<Buffer> {
      for (let i = 0; i < 50; i++) {
        piece[0] = i
        sent.update(piece)
        given += piece.length
        yield Buffer.from(piece)
      }
    }
    const sending = pipeline(Readable.from(pieces(), { highWaterMark: 1 }), here.channel('data'))
    sending.catch(() => undefined)
    const received = createHash('sha256')
    let taken = 0
    let furthestAhead = 0
    for await (const chunk of there.channel('data')) {
      received.update(chunk as Buffer)
      taken += (chunk as Buffer).length
      furthestAhead = Math.max(furthestAhead, given - taken)
      await new Promise(resolve => setImmediate(resolve))
    }
    assert.equal(received.digest('hex'), sent.digest('hex'))
    assert.equal(taken, 50 * piece.length)
    // The pieces that Node's own buffers hold at the sending end, and one window.
    assert.ok(furthestAhead <= 4 * piece.length, `${furthestAhead} bytes`)
    there.channel('data').end()
    await sending
    await here.close()
  })

  it('holds up a channel that nobody reads, and no other', async () => {
    const { here, there } = await both()
    const blocked = here.channel('blocked')
    let taken = 0
    for (let i = 0; i < 20; i++) blocked.write(Buffer.alloc(64 * 1024), () => taken++)
    here.channel('free').end(Buffer.alloc(1024 * 1024))
    assert.equal((await buffer(there.channel('free'))).length, 1024 * 1024)
    assert.equal(taken, 4, 'pieces of 64 KiB that fit into the window')
    here.abort('enough')
  })

  it('tells why it was aborted, and breaks the channels', async () => {
    const { here, there } = await both()
    const reading = text(there.channel('a'))
    here.channel('a').write('x')
    here.abort('changed my mind')
    assert.deepEqual(await there.ended, { tag: 'Aborted', message: 'changed my mind' })
    await assert.rejects(reading, /changed my mind/)
  })

  it('tells the writer of a channel that its reader has left', async () => {
    const { here, there } = await both()
    const channel = here.channel('log')
    channel.write('line')
    there.channel('log').destroy()
    const [error] = (await once(channel, 'error')) as [Error]
    assert.match(error.message, /reset/)
    here.channel('other').end('still works')
    assert.equal(await text(there.channel('other')), 'still works')
    await here.close()
  })

  describe('with an end that means no good', () => {
    /** A stream that somebody serves who sends just these frames. */
    const sentBy = async (frames: readonly (readonly [string, Uint8Array])[]): Promise<ByteStream> => {
      const subject = `test.${++subjects}`
      const serving = server.subscribe(subject, ({ reply }) => {
        server.publish(reply, encodeFrame('accept', 1, '', Buffer.from(server.inbox())))
        frames.forEach(([channel, rest], at) => server.publish(reply, encodeFrame('data', at + 2, channel, rest)))
      })
      await server.request('nobody', Buffer.alloc(0))
      const stream = right(await openByteStream(client, subject, {}))
      serving.close()
      return stream
    }
    const piece = Buffer.alloc(64 * 1024)

    it('holds no more of a channel than its window', async () => {
      const stream = await sentBy(Array.from({ length: 5 }, () => ['data', piece] as const))
      assert.deepEqual(await stream.ended, { tag: 'Aborted', message: 'more was sent than there was room for' })
    })

    it('holds no more channels that nobody has asked for than a few', async () => {
      const stream = await sentBy(Array.from({ length: 17 }, (_, at) => [`channel ${at}`, piece] as const))
      assert.deepEqual(await stream.ended, { tag: 'Aborted', message: 'too many channels' })
    })
  })

  it('is refused by nobody, by the handler, and by an impatient caller', async () => {
    const nobody = await openByteStream(client, 'test.nobody', {})
    assert.deepEqual(nobody, E.left({ tag: 'NoPeer', message: 'nobody serves test.nobody' }))
    const errors: unknown[] = []
    const serving = [
      serveByteStreams(server, 'test.refuses', async () => E.left({ reason: 'NotFound' })),
      serveByteStreams(server, 'test.throws', () => Promise.reject(new Error('a bug')), {
        onError: e => errors.push(e),
      }),
      serveByteStreams(server, 'test.silent', () => new Promise(() => undefined)),
    ]
    await server.request('nobody', Buffer.alloc(0))
    assert.deepEqual(
      await openByteStream(client, 'test.refuses', {}),
      E.left({ tag: 'Refused', refusal: { reason: 'NotFound' } }),
    )
    assert.deepEqual(
      await openByteStream(client, 'test.throws', {}),
      E.left({ tag: 'Refused', refusal: { message: 'internal error' } }),
    )
    assert.match(String(errors[0]), /a bug/)
    const late = await openByteStream(client, 'test.silent', {}, { timeoutMilliseconds: 50 })
    assert.deepEqual(late, E.left({ tag: 'Unavailable', message: 'no answer from test.silent in time' }))
    const given = await openByteStream(client, 'test.silent', {}, { signal: AbortSignal.timeout(50) })
    assert.deepEqual(given, E.left({ tag: 'Unavailable', message: 'given up' }))
    for (const one of serving) one.close()
  })

  const peer = async (): Promise<ChildProcess> => {
    const path = fileURLToPath(new URL('./stream-peer.ts', import.meta.url))
    const { servers, user, password } = nats.server
    const child = fork(path, { env: { ...process.env, NATS: JSON.stringify({ servers, user, password }) } })
    await once(child, 'message')
    return child
  }

  it('notices a killed peer', async function () {
    this.timeout(60_000)
    const child = await peer()
    const stream = right(await openByteStream(client, 'test.peer', {}, { pingMilliseconds: 50 }))
    const reading = text(stream.channel('a'))
    child.kill('SIGKILL')
    assert.deepEqual(await stream.ended, { tag: 'Lost', message: 'the other end is gone' })
    await assert.rejects(reading, /gone/)
  })

  it('notices a peer that has fallen silent', async () => {
    const child = await peer()
    const liveness = { pingMilliseconds: 50, silenceMilliseconds: 400 }
    const stream = right(await openByteStream(client, 'test.peer', {}, liveness))
    child.kill('SIGSTOP')
    assert.deepEqual(await stream.ended, { tag: 'Lost', message: 'the other end has fallen silent' })
    child.kill('SIGKILL')
    await once(child, 'exit')
  })

  it('is lost with the connection to NATS', async () => {
    const { here, there } = await both()
    await nats.server.kill()
    for (const end of [here, there])
      assert.deepEqual(await end.ended, { tag: 'Lost', message: 'the connection to NATS was lost' })
    await nats.restart()
    await Promise.all([client.whenConnected(), server.whenConnected()])
    const again = await both()
    again.here.channel('a').end('works again')
    assert.equal(await text(again.there.channel('a')), 'works again')
    await again.here.close()
  })
})
