import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:http2'
import tls from 'node:tls'
import { E } from '@periplus/prelude'
import { builtInAdmission, createCommands } from '@periplus/commands'
import { kindsAt } from '@periplus/custom'
import { memoryEventLog } from '@periplus/log'
import type { EventLog } from '@periplus/log'
import { startLiveCut } from '@periplus/projection'
import { clientOf } from './client.ts'
import { endHeaders, frame, frameType, preface } from './frames.ts'
import { configMap, configMaps, namespace } from './objects.ts'
import { openDoor } from './open-door.ts'
import { startTestServer } from './server.ts'
import { watching } from './watching.ts'

/** A log that can be cut off, as by a network. */
const severable = (): EventLog & { severed: boolean } => {
  const log = memoryEventLog()
  const unavailable = E.left({ tag: 'Unavailable', message: 'cut off' } as const)
  const link = {
    ...log,
    severed: false,
    append: async (event: Parameters<EventLog['append']>[0]) => (link.severed ? unavailable : log.append(event)),
    appendAll: async (events: Parameters<EventLog['appendAll']>[0]) =>
      link.severed ? unavailable : log.appendAll(events),
    last: async (ref: Parameters<EventLog['last']>[0]) => (link.severed ? unavailable : log.last(ref)),
    get: async (sequence: number) => (link.severed ? unavailable : log.get(sequence)),
    bounds: async () => (link.severed ? unavailable : log.bounds()),
  }
  return link
}

describe('the edge', () => {
  it('speaks HTTP/2 too', async () => {
    const server = await startTestServer()
    const session = connect(server.url, { ca: server.ca })
    const stream = session.request({ ':path': '/version' })
    const chunks: Buffer[] = []
    for await (const chunk of stream as AsyncIterable<Buffer>) chunks.push(chunk)
    assert.equal((JSON.parse(Buffer.concat(chunks).toString()) as { minor: string }).minor, '35')
    const watch = session.request({ ':path': `${configMaps}?watch=1` })
    const first = new Promise<string>(resolve => watch.once('data', (chunk: Buffer) => resolve(chunk.toString())))
    const headers = await new Promise<{ ':status'?: number }>(resolve => watch.once('response', resolve))
    assert.equal(headers[':status'], 200, 'a quiet watch is answered at once')
    const client = clientOf(server)
    await client.post('/api/v1/namespaces', namespace('default'))
    await client.post(configMaps, configMap('a'))
    assert.equal((JSON.parse(await first) as { type: string }).type, 'ADDED')
    session.destroy()
    await server.stop()
  })

  it('tells HTTP/2 clients how long a request line may be, so that they need not try', async () => {
    const server = await startTestServer()
    const session = connect(server.url, { ca: server.ca, maxSendHeaderBlockLength: 1024 * 1024 })
    await once(session, 'remoteSettings')
    assert.equal(session.remoteSettings.maxHeaderListSize, 80 * 1024)
    // What is told is taken: selectors are letters, digits and a few signs.
    const selector = Array.from({ length: 4_300 }, (_, i) => `key${i}%3Dvalue`).join('%2C')
    assert.ok(selector.length > 72_000)
    const listed = session.request({ ':path': `${configMaps}?labelSelector=${selector}` })
    const [headers] = (await once(listed, 'response')) as [{ ':status'?: number }]
    assert.equal(headers[':status'], 200)
    session.destroy()
    await server.stop()
  })

  it('ends an HTTP/2 session whose request line is too long for it, and keeps a quiet one', async function () {
    this.timeout(20_000)
    const server = await startTestServer()
    const quiet = connect(server.url, { ca: server.ca })
    const watch = quiet.request({ ':path': `${configMaps}?watch=1` })
    await once(watch, 'response')
    const { port } = new URL(server.url)
    // Node's own client ends the connection by itself; Go's waits, as here, for what may still be answered.
    const socket = tls.connect({ port: Number(port), host: '127.0.0.1', ca: server.ca, ALPNProtocols: ['h2'] })
    await once(socket, 'secureConnect')
    socket.resume()
    // RFC 7541: `:path` as a literal of 100,000 bytes, whose length goes on in bytes of seven bits.
    const field = Buffer.concat([Buffer.from([0x04, 0x7f, 0xa1, 0x8c, 0x06]), Buffer.alloc(100_000, '/')])
    const parts = Array.from({ length: Math.ceil(field.length / 16_384) }, (_, i) =>
      field.subarray(i * 16_384, (i + 1) * 16_384),
    )
    socket.write(preface)
    socket.write(frame(frameType.settings, 0, 0))
    parts.forEach((part, i) =>
      socket.write(
        frame(i === 0 ? frameType.headers : frameType.continuation, i === parts.length - 1 ? endHeaders : 0, 1, part),
      ),
    )
    await once(socket, 'close')
    assert.equal(quiet.closed, false)
    quiet.destroy()
    await server.stop()
  })

  it('goes on with an HTTP/1.1 connection whose small body it refused unread, and ends one with a body that it will not read', async () => {
    const server = await startTestServer()
    const { port } = new URL(server.url)
    const answersTo = async (declared: number, sent: number): Promise<readonly string[]> => {
      const socket = tls.connect({ port: Number(port), host: '127.0.0.1', ca: server.ca, ALPNProtocols: ['http/1.1'] })
      socket.write(`POST /apis/nothing HTTP/1.1\r\nHost: x\r\nContent-Length: ${declared}\r\n\r\n${'a'.repeat(sent)}`)
      socket.write('GET /version HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')
      let heard = ''
      socket.setEncoding('utf8').on('data', (text: string) => (heard += text))
      await once(socket, 'close')
      return [...heard.matchAll(/^HTTP\/1.1 (\d+)/gm)].map(([, status]) => status ?? '')
    }
    assert.deepEqual(await answersTo(10_000, 10_000), ['405', '200'])
    assert.deepEqual(await answersTo(300_000, 10), ['405'])
    await server.stop()
  })

  it('listens on for a while to a client that sends a body which is refused, so that it hears why', async () => {
    const server = await startTestServer()
    const { port } = new URL(server.url)
    const socket = tls.connect({ port: Number(port), host: '127.0.0.1', ca: server.ca, ALPNProtocols: ['http/1.1'] })
    const faults: string[] = []
    socket.on('error', error => faults.push(error.message))
    socket.write(
      `POST ${configMaps} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 99000000\r\n\r\n`,
    )
    let heard = ''
    let begun = false
    socket.setEncoding('utf8').on('data', (text: string) => {
      heard += text
      if (begun) return
      begun = true
      for (let i = 0; i < 100; i++) socket.write('a'.repeat(64 * 1024))
    })
    await new Promise(resolve => socket.once('close', resolve))
    assert.match(heard, /^HTTP\/1.1 413[^]*connection: close[^]*"code":413/i)
    assert.deepEqual(faults, [])
    await server.stop()
  })

  it('asks for a body that its client holds back when it reads it, in its place between the answers', async () => {
    const server = await startTestServer()
    await clientOf(server).post('/api/v1/namespaces', namespace('default'))
    const { port } = new URL(server.url)
    const heardAfter = async (written: string, held = ''): Promise<string> => {
      const socket = tls.connect({ port: Number(port), host: '127.0.0.1', ca: server.ca, ALPNProtocols: ['http/1.1'] })
      // In one piece: the second request comes before the first is answered.
      socket.write(written)
      let heard = ''
      socket.setEncoding('utf8').on('data', (text: string) => {
        if (text.includes('100 Continue')) socket.write(held)
        heard += text
      })
      await once(socket, 'close')
      return heard
    }
    const linesOf = (heard: string): readonly string[] => heard.match(/HTTP\/1.1 \d+|^connection: .*/gim) ?? []
    const body = JSON.stringify(configMap('held-back'))
    const last = 'GET /version HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'
    const head = (path: string): string =>
      `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n` +
      'Expect: 100-continue\r\n\r\n'
    const first = 'GET /version HTTP/1.1\r\nHost: x\r\n\r\n'
    const read = await heardAfter(first + head(configMaps), body + last)
    const [, second = ''] = read.split('HTTP/1.1 100 Continue\r\n\r\n')
    assert.deepEqual(
      linesOf(read).filter(line => line.startsWith('HTTP')),
      ['HTTP/1.1 200', 'HTTP/1.1 100', 'HTTP/1.1 201', 'HTTP/1.1 200'],
    )
    assert.match(second, /^HTTP\/1.1 201 /, 'asked for before it is answered')
    const unread = await heardAfter(first + head('/apis/nothing'))
    assert.deepEqual(linesOf(unread), ['HTTP/1.1 200', 'Connection: keep-alive', 'HTTP/1.1 405', 'connection: close'])
    const bodiless = await heardAfter(
      `${first}GET /apis/nothing HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n`,
    )
    const [, answer = ''] = bodiless.split('HTTP/1.1 404')
    assert.equal(Number(/content-length: (\d+)/.exec(answer)?.[1]), answer.split('\r\n\r\n')[1]?.length)
    await server.stop()
  })

  it('takes a long body behind an answer that its client has not read yet', async function () {
    this.timeout(20_000)
    const server = await startTestServer()
    await clientOf(server).post('/api/v1/namespaces', namespace('default'))
    const { port } = new URL(server.url)
    const socket = tls.connect({ port: Number(port), host: '127.0.0.1', ca: server.ca, ALPNProtocols: ['http/1.1'] })
    await once(socket, 'secureConnect')
    const body = JSON.stringify(configMap('long', {}, { a: 'x'.repeat(300_000) }))
    const head = (line: string, more = ''): string => `${line} HTTP/1.1\r\nHost: x\r\n${more}\r\n`
    const length = `Content-Type: application/json\r\nContent-Length: ${body.length}\r\nConnection: close\r\n`
    socket.write(head('GET /openapi/v2').repeat(4))
    await new Promise(resolve => socket.write(head(`POST ${configMaps}`, length) + body, resolve))
    let heard = ''
    socket.setEncoding('utf8').on('data', (text: string) => (heard += text))
    await once(socket, 'close')
    assert.deepEqual(heard.match(/HTTP\/1\.1 \d+/g), [...Array<string>(4).fill('HTTP/1.1 200'), 'HTTP/1.1 201'])
    await server.stop()
  })

  it('writes for people who ask by hand', async () => {
    const server = await startTestServer()
    const client = clientOf(server)
    const asked = (path: string, agent: string) => client.ask(path, { headers: { 'user-agent': agent } })
    assert.match((await asked('/version', 'curl/8.0')).text, /^\{\n  "major": "1",\n/)
    assert.match((await asked('/version?pretty=false', 'curl/8.0')).text, /^\{"major":"1",/)
    assert.match((await asked('/version', 'kubectl/v1.35.0')).text, /^\{"major":"1",/)
    await server.stop()
  })

  it('gives every request an id, which its events carry', async () => {
    const server = await startTestServer()
    const client = clientOf(server)
    const answer = await client.post('/api/v1/namespaces', namespace('a'), { 'x-test-user': 'alice' })
    const id = String(answer.headers['audit-id'])
    const event = await server.log.get(server.cut.sequence)
    assert.ok(E.isRight(event))
    assert.equal(event.right?.origin.correlationId, id)
    assert.equal(event.right?.origin.actor, 'user:alice')
    const named = await client.ask('/version', { headers: { 'audit-id': 'mine' } })
    assert.equal(named.headers['audit-id'], 'mine')
    await server.stop()
  })

  it('lets nobody in whom the authenticator refuses, and nothing be done that the authorizer refuses', async () => {
    const door = openDoor((user, { verb }) =>
      verb === 'get' || user.name === 'root'
        ? E.right('')
        : E.left({ tag: 'Forbidden', target: { group: '', resource: 'configmaps', name: '' }, message: 'no' }),
    )
    const server = await startTestServer({
      security: {
        ...door,
        authenticate: async request =>
          request.headers['x-test-user'] === undefined
            ? E.left({ tag: 'Unauthorized', message: 'Unauthorized' })
            : door.authenticate(request),
      },
    })
    const client = clientOf(server)
    const as = (name: string, more: Record<string, string> = {}) => ({ headers: { 'x-test-user': name, ...more } })
    assert.equal((await client.ask(configMaps)).status, 401)
    assert.equal((await client.ask(configMaps, as('bob'))).status, 403)
    assert.equal((await client.ask(configMaps, as('root'))).status, 200)
    assert.equal((await client.ask(configMaps, as('bob', { 'impersonate-user': 'root' }))).status, 403)
    assert.equal((await client.ask(configMaps, as('root', { 'impersonate-user': 'bob' }))).status, 403)
    assert.equal((await client.ask('/version', as('bob'))).status, 200)
    await server.stop()
  })

  it('answers a bug with 500 and goes on', async () => {
    const server = await startTestServer({
      security: openDoor((_user, { verb }) => {
        if (verb === 'list') throw new Error('a bug')
        return E.right('')
      }),
    })
    const client = clientOf(server)
    const answer = await client.ask(configMaps)
    assert.equal(answer.status, 500)
    assert.equal(answer.json.reason, 'InternalError')
    assert.equal((await client.ask('/version')).status, 200)
    assert.equal(server.errors.length, 1)
    assert.match(server.errors[0] ?? '', new RegExp(String(answer.headers['audit-id'])))
    await server.stop()
  })

  it('warns of whatever a client wrote, in UTF-8', async () => {
    const server = await startTestServer()
    const client = clientOf(server)
    await client.post('/api/v1/namespaces', namespace('default'))
    const { status, headers } = await client.post(configMaps, { ...configMap('warned'), '\u{1F4A5}\n\u0301"': 1 })
    assert.equal(status, 201)
    const told = Buffer.from(String(headers.warning), 'latin1').toString()
    assert.equal(told, '299 - "unknown field \\"\u{1F4A5}\\\\n\u0301\\\\\\"\\""')
    await server.stop()
  })

  it('counts what is served by its name, and nothing by the words of whoever asks', async () => {
    const server = await startTestServer()
    const client = clientOf(server)
    const odd = [
      '/api/v1/odda',
      '/apis/oddb/v1/x',
      '/apis/apps/oddc/x',
      '/api/v1/namespaces/oddd/pods/odde/oddf',
      '/oddg',
    ]
    for (const path of odd) assert.equal((await client.ask(path)).status, 404)
    assert.doesNotMatch((await client.ask('/metrics')).text, /odd/)
    await server.stop()
  })

  it('tells how it is', async () => {
    const server = await startTestServer()
    const client = clientOf(server)
    assert.equal((await client.ask('/readyz')).text, 'ok')
    assert.equal(
      (await client.ask('/readyz?verbose')).text,
      '[+]ping ok\n[+]log ok\n[+]projection ok\nreadyz check passed\n',
    )
    assert.equal((await client.ask('/livez?verbose')).text, '[+]ping ok\nlivez check passed\n')
    assert.equal((await client.ask('/readyz/log')).text, 'ok')
    await client.ask(configMaps)
    const watch = await watching(client, `${configMaps}?watch=1`)
    const metrics = (await client.ask('/metrics')).text
    assert.match(
      metrics,
      /apiserver_request_total\{verb="list",group="",version="v1",resource="configmaps",subresource="",scope="namespace",code="200"\} 1/,
    )
    assert.match(metrics, /periplus_watchers 1/)
    watch.stop()
    assert.ok((await client.ask('/')).json.paths.includes('/apis/apps/v1'))
    await server.stop()
  })

  it('goes on reading, and says how old it is, when the log is gone; and writes again when it is back', async function () {
    this.timeout(30_000)
    const log = severable()
    const { cut, close } = await startLiveCut({ log })
    const commands = createCommands({ cut, log, kindsAt, admission: builtInAdmission, unavailablePatience: 100 })
    const server = await startTestServer({ log, cut, commands })
    const client = clientOf(server)
    await client.post('/api/v1/namespaces', namespace('default'))
    await client.post(configMaps, configMap('a'))
    log.severed = true
    const read = await client.ask(`${configMaps}/a`)
    assert.equal(read.status, 200)
    assert.match(String(read.headers['periplus-cut-age']), /^\d+$/)
    assert.match(String(read.headers.warning), /the log cannot be reached/)
    assert.equal((await client.ask(configMaps, { headers: { 'periplus-read': 'consistent' } })).status, 503)
    assert.equal((await client.ask(`${configMaps}?resourceVersion=0`)).headers.warning, undefined)
    const write = await client.post(configMaps, configMap('b'))
    assert.equal(write.status, 503)
    assert.equal(write.json.reason, 'ServiceUnavailable')
    assert.ok(Number(write.headers['retry-after']) > 0)
    assert.equal((await client.ask('/readyz')).status, 500)
    assert.equal((await client.ask('/livez')).status, 200)
    log.severed = false
    assert.equal((await client.post(configMaps, configMap('c'))).status, 201)
    const again = await client.ask(configMaps)
    assert.equal(again.headers['periplus-cut-age'], undefined)
    assert.equal((await client.ask('/readyz')).status, 200)
    await server.stop()
    await close()
  })
})
