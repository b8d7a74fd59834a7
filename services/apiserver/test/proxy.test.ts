import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { IncomingMessage, Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { connect as connectTo } from 'node:net'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { request } from 'node:https'
import { gunzipSync, gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { E } from '@periplus/prelude'
import { EndpointSlice, Namespace, Node, Pod, Service, ServiceAccount } from '@periplus/kinds'
import type { Kind, KubernetesObject } from '@periplus/api'
import type { NodeStreams } from '../src/index.ts'
import { rewriteHtml, rewriteUrl } from '../src/proxy/rewrite.ts'
import { parseProxyName, splitProxyPath } from '../src/proxy/target.ts'
import { loopbackCertificates } from './certificates.ts'
import { namespace } from './objects.ts'
import { startTestServer } from './server.ts'
import type { TestServer } from './server.ts'

interface Told {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly body: Buffer
}

/** What stands for a pod's server: says what it was asked. */
const echo = (asked: IncomingMessage, body: string): object => ({
  method: asked.method,
  url: asked.url,
  headers: asked.headers,
  body,
})

const page =
  '<a href="/x?y&amp;z">x</a><img src=/i.png><script>var a = "<a href=\\"/not\\">"</script><a href="http://elsewhere/y">'

describe('proxied requests', () => {
  let server: TestServer
  let backend: Server
  let secure: Server
  const at = (one: Server): number => (one.address() as AddressInfo).port
  const prefix = '/api/v1/namespaces/default/pods/web/proxy'

  const ask = (method: string, path: string, headers: Record<string, string> = {}, body?: string): Promise<Told> =>
    new Promise((resolve, reject) => {
      const sent = request(`${server.url}${path}`, { ca: server.ca, method, agent: false, headers }, response => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }),
        )
        response.on('error', reject)
      })
      sent.on('error', reject)
      sent.end(body)
    })
  const json = ({
    body,
  }: Told): { url: string; method: string; body: string; headers: Record<string, string>; message?: string } =>
    JSON.parse(body.toString()) as never

  before(async () => {
    backend = createServer((asked, answer) => {
      const chunks: Buffer[] = []
      asked.on('data', (chunk: Buffer) => chunks.push(chunk))
      asked.on('end', (): unknown => {
        const html = { 'content-type': 'text/html; charset=utf-8' }
        if (asked.url === '/page') return answer.writeHead(200, html).end(page)
        if (asked.url === '/packed')
          return answer.writeHead(200, { ...html, 'content-encoding': 'gzip' }).end(gzipSync(page))
        if (asked.url === '/moved') return answer.writeHead(302, { location: '/there?a=b' }).end()
        if (asked.url === '/broken') {
          answer.writeHead(200, { 'content-length': '10' }).write('half')
          return setImmediate(() => answer.destroy())
        }
        if (asked.url === '/missing') return answer.writeHead(404, { 'x-mine': 'yes' }).end('none')
        answer.writeHead(200, {
          'content-type': 'application/json',
          'keep-alive': 'timeout=5',
          'set-cookie': ['a=b', 'c=d'],
        })
        return answer.end(JSON.stringify(echo(asked, Buffer.concat(chunks).toString())))
      })
    })
    backend.on('upgrade', (asked, socket: Duplex) => {
      socket.write(
        `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\nX-Url: ${asked.url}\r\n\r\n`,
      )
      socket.pipe(socket)
    })
    const { cert, key } = await loopbackCertificates()
    secure = createTlsServer({ cert, key }, (_, answer) => answer.end('secure'))
    for (const one of [backend, secure]) await new Promise<void>(resolve => one.listen(0, '127.0.0.1', resolve))

    const dial = (port: number): Promise<ReturnType<typeof E.right<Duplex>>> =>
      new Promise((resolve, reject) => {
        const socket = connectTo(port, '127.0.0.1')
        socket.once('connect', () => resolve(E.right(socket)))
        socket.once('error', reject)
      })
    const streams: NodeStreams = {
      logs: async () => E.left({ tag: 'NotBuilt', message: '' }),
      upgrade: async () => E.left({ tag: 'NotBuilt', message: '' }),
      connect: async (target, port) =>
        port === 81
          ? E.left({
              tag: 'ServiceUnavailable',
              message: 'error trying to reach service: nobody',
              retryAfterSeconds: 1,
            })
          : dial(target.pod.metadata.name === 'secure' ? at(secure) : port === 8080 ? at(backend) : port),
      connectNode: async () => dial(at(backend)),
    }
    server = await startTestServer({ streams })
    const origin = { actor: 'user:test', component: 'test', causes: [], correlationId: 'test' }
    const create = async (kind: Kind, object: object, status?: object): Promise<void> => {
      const made = await server.commands.execute({ verb: 'create', kind, object: object as KubernetesObject }, origin)
      assert.ok(E.isRight(made), JSON.stringify(made))
      if (!status) return
      const told = { ...made.right.object, status } as KubernetesObject
      assert.ok(
        E.isRight(await server.commands.execute({ verb: 'update', kind, object: told, subresource: 'status' }, origin)),
      )
    }
    await create(Namespace, namespace('default'))
    await create(ServiceAccount, {
      metadata: { name: 'default', namespace: 'default' },
    })
    for (const name of ['web', 'secure', 'nowhere']) {
      const containers = [{ name: 'main', image: 'a', ports: [{ name: 'http', containerPort: 8080 }] }]
      const ip = name === 'web' ? '10.1.0.1' : '10.1.0.2'
      await create(
        Pod,
        { metadata: { name, namespace: 'default' }, spec: { nodeName: 'n', containers } },
        name === 'nowhere' ? undefined : { podIP: ip, podIPs: [{ ip }] },
      )
    }
    await create(Node, { metadata: { name: 'n' } })
    const service = {
      metadata: { name: 'svc', namespace: 'default' },
      spec: {
        clusterIP: 'None',
        ports: [
          { name: 'p', port: 80 },
          { name: 'q', port: 81 },
        ],
      },
    }
    await create(Service, service)
    await create(EndpointSlice, {
      metadata: { name: 'svc-1', namespace: 'default', labels: { 'kubernetes.io/service-name': 'svc' } },
      addressType: 'IPv4',
      ports: [{ name: 'p', port: 8080, protocol: 'TCP' }],
      endpoints: [
        { addresses: ['10.9.9.9'], conditions: { ready: true } },
        {
          addresses: ['10.1.0.2'],
          conditions: { ready: false },
          targetRef: { kind: 'Pod', namespace: 'default', name: 'secure' },
        },
        {
          addresses: ['10.1.0.1'],
          conditions: { ready: true },
          targetRef: { kind: 'Pod', namespace: 'default', name: 'web' },
        },
      ],
    })
  })
  after(async () => {
    await server.stop()
    backend.close()
    secure.close()
    backend.closeAllConnections()
  })

  it('reach the pod with every method, path, query and body as they are', async () => {
    for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
      const raw = await ask(
        method,
        `${prefix}/a%2Fb//c/?x=1&y=%20`,
        method === 'GET' ? {} : { 'content-length': '4' },
        method === 'GET' ? undefined : 'body',
      )
      assert.equal(raw.status, 200, `${method} ${raw.body.toString()}`)
      const told = json(raw)
      assert.deepEqual([told.method, told.url], [method, '/a%2Fb//c/?x=1&y=%20'])
      assert.equal(told.body, method === 'GET' ? '' : 'body')
    }
    assert.equal((await ask('HEAD', `${prefix}/`)).status, 200)
  })

  it('carry the client’s headers but for its credentials and those of the connection, and say where they come from', async () => {
    const { headers } = json(
      await ask('GET', `${prefix}/h`, {
        authorization: 'Bearer secret',
        'impersonate-user': 'alice',
        'x-remote-user': 'bob',
        te: 'trailers',
        accept: 'text/html',
        'x-mine': 'stays',
      }),
    )
    for (const gone of ['authorization', 'impersonate-user', 'x-remote-user', 'te'])
      assert.equal(headers[gone], undefined)
    assert.deepEqual([headers['x-mine'], headers['accept']], ['stays', 'text/html'])
    assert.match(headers['x-forwarded-for'] ?? '', /127\.0\.0\.1/)
    assert.equal(headers['x-forwarded-uri'], `${prefix}/h`)
  })

  it('are answered as the pod answers, its status and headers included', async () => {
    const missing = await ask('GET', `${prefix}/missing`)
    assert.deepEqual([missing.status, missing.headers['x-mine'], missing.body.toString()], [404, 'yes', 'none'])
    const { headers } = await ask('GET', `${prefix}/`)
    assert.deepEqual(headers['set-cookie'], ['a=b', 'c=d'])
    assert.notEqual(headers['keep-alive'], 'timeout=5')
  })

  it('lead on to the path with a slash, and lead redirects and links through the proxy', async () => {
    const bare = await ask('GET', `${prefix}?a=b`)
    assert.deepEqual([bare.status, bare.headers.location], [301, `${prefix}/?a=b`])
    assert.equal((await ask('GET', `${prefix}/moved`)).headers.location, `${prefix}/there?a=b`)
    const expected = page.replace('"/x?', `"${prefix}/x?`).replace('/i.png', `${prefix}/i.png`)
    assert.equal((await ask('GET', `${prefix}/page`)).body.toString(), expected)
    assert.equal(gunzipSync((await ask('GET', `${prefix}/packed`)).body).toString(), expected)
  })

  it('find ports by number, by name and by scheme, and refuse the rest in Kubernetes’ words', async () => {
    const pods = '/api/v1/namespaces/default/pods'
    for (const name of ['web:8080', 'web:http', 'http:web:', 'http:web:8080'])
      assert.equal((await ask('GET', `${pods}/${name}/proxy/`)).status, 200, name)
    assert.equal((await ask('GET', `${pods}/https:secure:443/proxy/`)).body.toString(), 'secure')
    const refused = async (path: string): Promise<readonly [number, string | undefined]> => {
      const told = await ask('GET', path)
      return [told.status, json(told).message]
    }
    assert.deepEqual(await refused(`${pods}/a:b:c:d/proxy/`), [400, 'invalid pod request "a:b:c:d"'])
    assert.deepEqual(await refused(`${pods}/nobody/proxy/`), [404, 'pods "nobody" not found'])
    assert.deepEqual(await refused(`${pods}/nowhere/proxy/`), [400, 'address not allowed'])
    assert.deepEqual(await refused(`${pods}/web:81/proxy/`), [503, 'error trying to reach service: nobody'])
    const services = '/api/v1/namespaces/default/services'
    assert.deepEqual(await refused(`${services}/nobody/proxy/`), [404, 'services "nobody" not found'])
    assert.deepEqual(await refused(`${services}/svc:99/proxy/`), [503, 'no service port 99 found for service "svc"'])
    assert.deepEqual(await refused(`${services}/svc:q/proxy/`), [503, 'no endpoints available for service "svc:q"'])
  })

  it('of services reach a ready pod behind the port, never an address that no pod has', async () => {
    for (const name of ['svc:p', 'svc:80', 'http:svc:p'])
      for (let i = 0; i < 5; i++) {
        const told = await ask('GET', `/api/v1/namespaces/default/services/${name}/proxy/who`)
        assert.deepEqual([told.status, json(told).url], [200, '/who'])
      }
  })

  it('of nodes reach what the node itself answers, at the kubelet’s port alone', async () => {
    assert.equal(json(await ask('GET', '/api/v1/nodes/n/proxy/healthz')).url, '/healthz')
    assert.equal(json(await ask('GET', '/api/v1/nodes/n:10250/proxy/pods')).url, '/pods')
    assert.equal((await ask('GET', '/api/v1/nodes/n:22/proxy/')).status, 503)
    assert.equal((await ask('GET', '/api/v1/nodes/other/proxy/')).status, 404)
  })

  it('speak another protocol where both ends want to', async () => {
    const { stream, url } = await new Promise<{ stream: Duplex; url: string }>((resolve, reject) => {
      const headers = { connection: 'Upgrade', upgrade: 'echo' }
      const sent = request(`${server.url}${prefix}/ws?x`, { ca: server.ca, agent: false, headers })
      sent.on('upgrade', (response, socket) => resolve({ stream: socket, url: String(response.headers['x-url']) }))
      sent.on('response', response => reject(new Error(String(response.statusCode))))
      sent.on('error', reject)
      sent.end()
    })
    assert.equal(url, '/ws?x')
    const heard = new Promise<string>(resolve => stream.once('data', (data: Buffer) => resolve(data.toString())))
    stream.write('hello')
    assert.equal(await heard, 'hello')
    const closed = new Promise<void>(resolve => stream.once('close', () => resolve()))
    stream.destroy()
    await closed
  })

  it('break off where the pod breaks off', async () => {
    await assert.rejects(ask('GET', `${prefix}/broken`))
  })

  it('leave no error behind', () => assert.deepEqual(server.errors, []))
})

describe('what is proxied', () => {
  it('is named with or without a scheme and a port', () => {
    const parsed = (id: string) => parseProxyName(id, 'pod')
    assert.deepEqual(parsed('a'), E.right({ tls: false, name: 'a', port: '' }))
    assert.deepEqual(parsed('a:b'), E.right({ tls: false, name: 'a', port: 'b' }))
    assert.deepEqual(parsed('https:a:'), E.right({ tls: true, name: 'a', port: '' }))
    for (const id of ['', ':80', 'ftp:a:1', 'a:b:c:d']) assert.ok(E.isLeft(parsed(id)), id)
  })

  it('begins after the proxy’s own path, which is as it was sent', () => {
    assert.deepEqual(splitProxyPath('/api/v1/nodes/n/proxy'), { prefix: '/api/v1/nodes/n/proxy', rest: '' })
    assert.deepEqual(splitProxyPath('/api/v1/namespaces/a/pods/p:1/proxy/proxy/x%2F'), {
      prefix: '/api/v1/namespaces/a/pods/p:1/proxy',
      rest: '/proxy/x%2F',
    })
  })

  it('leads where it is meant: the server’s own root below the proxy, all else as it is', () => {
    const of = (url: string) => rewriteUrl(url, '/p', ['host:1'])
    for (const [url, expected] of [
      ['/a/b?c#d', '/p/a/b?c#d'],
      ['/', '/p/'],
      ['http://host:1/a', '/p/a'],
      ['//host:1/a', '/p/a'],
      ['http://other/a', 'http://other/a'],
      ['a/b', 'a/b'],
      ['', ''],
      ['#x', '#x'],
      ['mailto:a@b', 'mailto:a@b'],
      ['javascript:/x/', 'javascript:/x/'],
      ['/p/a', '/p/a'],
    ] as const)
      assert.equal(of(url), expected, url)
  })

  it('keeps every other byte of a page, however broken it is', () => {
    const piece = fc.constantFrom(
      '<',
      '>',
      'a',
      ' ',
      'href',
      '=',
      '"',
      "'",
      '/',
      '<a href="/x">',
      '<!--',
      '-->',
      '<script',
      '</script',
      '&',
      '\n',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), pieces => {
        const html = pieces.join('')
        assert.equal(
          rewriteHtml(html, url => url),
          html,
        )
        const marked = rewriteHtml(html, url => (url === '/x' ? '/p/x' : url))
        assert.equal(marked.replaceAll('/p/x', '/x'), html)
      }),
    )
  })
})
