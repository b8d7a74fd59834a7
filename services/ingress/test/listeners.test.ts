import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, request as httpRequest } from 'node:http'
import type { IncomingMessage, RequestListener, Server } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { connect, createServer as createTcpServer } from 'node:net'
import type { AddressInfo, Server as TcpServer } from 'node:net'
import { E } from '@periplus/prelude'
import { WebSocket, WebSocketServer } from 'ws'
import { listeners } from '../src/serve/listeners.ts'
import type { Listeners } from '../src/serve/listeners.ts'
import { emptyTable } from '../src/routes/routing-table.ts'
import { secureContext } from '../src/routes/certificate.ts'
import type { Certificate } from '../src/routes/certificate.ts'
import { certificate } from './objects.ts'

const host = '127.0.0.1'

interface Got {
  readonly code: number
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

describe('the ports of the ingress', () => {
  let serving: Listeners
  const bugs: unknown[] = []
  const servers: TcpServer[] = []
  const codes: number[] = []
  const certificates = new Map<string, Certificate>()

  before(async () => {
    const shown = await certificate('a.example')
    certificates.set('a.example', {
      chain: shown['tls.crt'],
      context: secureContext(shown['tls.crt'], shown['tls.key']),
    })
    serving = listeners({
      at: { addresses: [host], http: 0, https: 0 },
      patience: { connect: 1_000, silence: 300 },
      onAnswer: code => codes.push(code),
      onBug: error => bugs.push(error),
    })
    assert.ok(E.isRight(await serving.open()))
  })
  after(async () => {
    await serving.close()
    for (const server of servers) server.close()
    assert.deepEqual(bugs, [])
  })

  const listening = async <S extends TcpServer>(server: S): Promise<number> => {
    servers.push(server)
    server.listen(0, host)
    await once(server, 'listening')
    return (server.address() as AddressInfo).port
  }
  const backend = (answer: RequestListener): Promise<number> => listening(createServer(answer))
  /** A port that nobody listens at. */
  const nobody = async (): Promise<number> => {
    const server = createTcpServer().listen(0, host)
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    server.close()
    await once(server, 'close')
    return port
  }
  /** Everything for `a.example` goes to what listens at these ports. */
  const lead = (...ports: readonly number[]): void => {
    const targets = ports.map(port => ({ ip: host, port, local: false }))
    const route = { path: '', exact: false, backend: { name: 'shop/web:80', targets } }
    const broken = { path: '/broken', exact: false, backend: undefined }
    serving.use({ ...emptyTable, hosts: new Map([['a.example', [broken, route]]]), certificates })
  }

  const ask = (
    path: string,
    {
      secure = false,
      body,
      headers = {},
      method = body === undefined ? 'GET' : 'POST',
      name = 'a.example',
    }: {
      secure?: boolean
      body?: string
      headers?: Record<string, string>
      method?: string
      name?: string
    } = {},
  ): Promise<Got> =>
    new Promise((resolve, reject) => {
      const port = serving.ports[secure ? 'https' : 'http']
      const options = { host, port, path, method, agent: false, headers: { host: name, ...headers } }
      const request = secure
        ? httpsRequest({ ...options, servername: 'a.example', ca: certificates.get('a.example')?.chain })
        : httpRequest(options)
      request.on('response', response => {
        let text = ''
        response.on('data', chunk => (text += String(chunk)))
        response.on('error', reject)
        response.on('end', () => resolve({ code: response.statusCode ?? 0, headers: response.headers, body: text }))
      })
      request.on('error', reject)
      request.end(body)
    })

  /** What the server says to these bytes until it ends the connection. */
  const raw = (...pieces: readonly (string | Buffer)[]): Promise<string> =>
    new Promise((resolve, reject) => {
      const socket = connect(serving.ports.http ?? 0, host)
      let text = ''
      socket.on('data', chunk => (text += String(chunk)))
      socket.on('error', reject)
      socket.on('close', () => resolve(text))
      for (const piece of pieces) socket.write(piece)
    })

  it('hand on requests and answers as they are, but for what is of one connection and who asks', async () => {
    lead(
      await backend((request, response) => {
        response.writeHead(418, 'Tea', {
          ...{ 'x-answer': 'yes', connection: 'x-hop', 'x-hop': 'gone', 'set-cookie': ['a=1', 'b=2'] },
        })
        let body = ''
        request.on('data', chunk => (body += String(chunk)))
        request.on('end', () => response.end(JSON.stringify({ url: request.url, headers: request.headers, body })))
      }),
    )
    const headers = { 'x-forwarded-for': '1.2.3.4', forwarded: 'for=1.2.3.4', proxy: 'evil', 'x-mine': 'kept' }
    const { code, headers: answered, body } = await ask('/p%20q?x=%2f', { body: 'text', headers })
    const seen = JSON.parse(body) as { url: string; headers: Record<string, string>; body: string }
    assert.deepEqual([code, answered['x-answer'], answered['x-hop']], [418, 'yes', undefined])
    assert.deepEqual(answered['set-cookie'], ['a=1', 'b=2'])
    assert.deepEqual([seen.url, seen.body, seen.headers['host']], ['/p%20q?x=%2f', 'text', 'a.example'])
    assert.deepEqual(
      ['x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-host', 'forwarded', 'proxy', 'x-mine'].map(
        name => seen.headers[name],
      ),
      [host, 'http', 'a.example', undefined, undefined, 'kept'],
    )
  })

  it('take bodies of any length, however they are framed, and give them the same way', async () => {
    lead(await backend((request, response) => void request.pipe(response)))
    const body = 'x'.repeat(5_000_000)
    for (const [name, value] of [
      ['transfer-encoding', 'chunked'],
      ['content-length', String(body.length)],
    ] as const)
      assert.equal((await ask('/', { body, headers: { [name]: value } })).body.length, body.length)
  })

  it('say why there is no answer', async () => {
    lead()
    for (const [path, name, code] of [
      ['/', 'a.example', 503],
      ['/broken', 'a.example', 503],
      ['/', 'b.example', 404],
    ] as const)
      assert.equal((await ask(path, { name })).code, code, name + path)
    lead(await nobody())
    assert.equal((await ask('/')).code, 502)
  })

  it('pass over endpoints that nobody listens at, without a word lost', async () => {
    const here = await backend((request, response) => void request.pipe(response))
    lead(await nobody(), here, await nobody())
    for (let i = 0; i < 6; i++) {
      assert.equal((await ask('/')).code, 200)
      assert.equal((await ask('/', { body: 'all of it' })).body, 'all of it')
    }
  })

  it('fail nobody when a back end closes connections that are kept', async () => {
    const server = createServer((_, response) => void response.end('yes'))
    const port = await listening(server)
    lead(port)
    for (let i = 0; i < 20; i++) {
      assert.equal((await ask('/')).body, 'yes')
      server.closeIdleConnections()
    }
  })

  it('give up on a back end that hangs, and cut an answer that breaks off', async () => {
    lead(await backend(() => undefined))
    assert.equal((await ask('/')).code, 504)
    lead(
      await backend((_, response) => {
        response.writeHead(200, { 'content-length': '100' })
        response.write('half', () => response.destroy())
      }),
    )
    await assert.rejects(ask('/'), { code: 'ECONNRESET' })
    lead(await backend((request, _) => void request.socket.destroy()))
    assert.equal((await ask('/', { body: 'x' })).code, 502)
    lead(
      await listening(
        createTcpServer(socket => void socket.on('error', () => undefined).end('this is not HTTP\r\n\r\n')),
      ),
    )
    assert.equal((await ask('/')).code, 502)
  })

  it('end the request of a client that goes away', async () => {
    const left = new Promise<void>(resolve => {
      void backend((request, response) => {
        response.on('close', resolve)
        request.resume()
        client.destroy()
      }).then(port => {
        lead(port)
        client.write('POST / HTTP/1.1\r\nhost: a.example\r\ncontent-length: 10\r\n\r\nhalf')
      })
    })
    const client = connect(serving.ports.http ?? 0, host)
    await left
  })

  it('refuse what is not to be read one way only, too long or no HTTP', async () => {
    lead(await backend((_, response) => void response.end('reached')))
    const start = 'GET / HTTP/1.1\r\nhost: a.example\r\n'
    for (const [pieces, code] of [
      [['nonsense\r\n\r\n'], 400],
      [['GET / HTTP/1.1\r\n\r\n'], 400],
      [[start, 'content-length: 1\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n'], 400],
      [[start, 'content-length: 1\r\ncontent-length: 2\r\n\r\n12'], 400],
      [[start, `x: ${'y'.repeat(20_000)}\r\n\r\n`], 431],
      [[start, ...Array.from({ length: 3000 }, (_, i) => `h${i}: 1234567\r\n`), '\r\n'], 431],
    ] as const)
      assert.match(await raw(...pieces), new RegExp(`^HTTP/1.1 ${code} `), JSON.stringify(pieces[1]?.slice(0, 40)))
    assert.match(await raw(start, 'connection: close\r\n\r\n'), /reached/)
  })

  it('show each host its certificate and nobody another’s, and keep a connection to its host', async () => {
    lead(await backend((request, response) => void response.end(String(request.headers['x-forwarded-proto']))))
    assert.deepEqual((await ask('/', { secure: true })).body, 'https')
    assert.equal((await ask('/', { secure: true, name: 'b.example' })).code, 421)
    serving.use({ ...emptyTable, certificates: new Map() })
    await assert.rejects(ask('/', { secure: true }))
  })

  it('become WebSockets with the back end, or say what it says', async () => {
    const server = createServer((_, response) => void response.end('plain'))
    const sockets = new WebSocketServer({ noServer: true })
    server.on('upgrade', (request, socket, head) => {
      if (request.url === '/no') return void socket.end('HTTP/1.1 403 Forbidden\r\ncontent-length: 2\r\n\r\nno')
      sockets.handleUpgrade(request, socket, head, client => {
        client.send(`hello ${request.headers['x-forwarded-for']}`)
        client.on('message', data => client.send(`echo ${String(data)}`))
      })
    })
    lead(await listening(server))
    const url = `ws://${host}:${serving.ports.http}`
    const client = new WebSocket(url, { headers: { host: 'a.example' } })
    const heard: string[] = []
    client.on('message', data => {
      heard.push(String(data))
      if (heard.length === 1) client.send('x'.repeat(100_000))
      else client.close()
    })
    await once(client, 'close')
    assert.deepEqual([heard[0], heard[1]?.length], [`hello ${host}`, 100_005])
    const refused = new WebSocket(`${url}/no`, { headers: { host: 'a.example' } })
    const [, response] = (await once(
      refused.on('error', () => undefined),
      'unexpected-response',
    )) as [unknown, IncomingMessage]
    assert.equal(response.statusCode, 403)
    refused.terminate()
    const other = await ask('/', { headers: { connection: 'Upgrade', upgrade: 'h2c' } })
    assert.deepEqual([other.code, other.body], [200, 'plain'])
    sockets.close()
  })

  it('say that they cannot listen where somebody else does', async () => {
    const server: Server = createServer()
    const port = await listening(server)
    const second = listeners({
      at: { addresses: [host], http: port, https: 0 },
      onAnswer: () => undefined,
      onBug: error => bugs.push(error),
    })
    const opened = await second.open()
    assert.ok(E.isLeft(opened) && opened.left.startsWith(`port ${port} of ${host} cannot be listened at: `))
    await second.close()
  })
})
