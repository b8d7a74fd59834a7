import assert from 'node:assert/strict'
import { connect } from 'node:tls'
import fc from 'fast-check'
import { guardedCluster } from './guarded-cluster.ts'
import type { GuardedCluster } from './guarded-cluster.ts'

/** `SECURITY_FUZZ_SEED` and `SECURITY_FUZZ_RUNS` make it another or a longer walk. */
const seed = Number(process.env['SECURITY_FUZZ_SEED'] ?? 7)
const numRuns = Number(process.env['SECURITY_FUZZ_RUNS'] ?? 400)

const odd = fc.constantFrom(
  '%',
  '%00',
  '%2e%2e',
  '%2F',
  '%ff',
  '..',
  '',
  '\u{1F4A5}'.normalize(),
  'constructor',
  '__proto__',
  'a'.repeat(3000),
  '*',
  ';',
  ':',
  '@',
  "'",
  '"',
  '\\',
  '<x>',
  '-1',
  '9007199254740993',
  '1e9',
  'NaN',
)
const known = fc.constantFrom(
  'api',
  'apis',
  'v1',
  'apps',
  'namespaces',
  'default',
  'pods',
  'configmaps',
  'deployments',
  'nodes',
  'x',
  'status',
  'scale',
  'log',
  'exec',
  'eviction',
  'token',
  'watch',
  'at',
  '1',
  'openapi',
  'v3',
  'healthz',
  'rbac.authorization.k8s.io',
  'clusterroles',
)
const segment = fc.oneof({ weight: 6, arbitrary: known }, { weight: 1, arbitrary: odd })
const parameter = fc.constantFrom(
  'limit',
  'continue',
  'resourceVersion',
  'resourceVersionMatch',
  'labelSelector',
  'fieldSelector',
  'timeoutSeconds',
  'dryRun',
  'fieldValidation',
  'fieldManager',
  'pretty',
  'includeObject',
  'propagationPolicy',
  'gracePeriodSeconds',
  'tailLines',
  'container',
  'command',
  'force',
  'hash',
  'sendInitialEvents',
)
const path = fc.oneof(
  fc.array(segment, { maxLength: 8 }).map(parts => `/${parts.join('/')}`),
  fc
    .tuple(
      fc.constantFrom('/api/v1', '/apis/apps/v1', '/at/1/api/v1'),
      fc.array(segment, { minLength: 1, maxLength: 5 }),
    )
    .map(([prefix, parts]) => `${prefix}/namespaces/default/${parts.join('/')}`),
)
const query = fc
  .array(fc.tuple(parameter, fc.oneof(segment, odd)), { maxLength: 3 })
  .map(pairs => pairs.map(pair => pair.join('=')).join('&'))
const header = fc.tuple(
  fc.constantFrom(
    'accept',
    'content-type',
    'authorization',
    'impersonate-user',
    'impersonate-group',
    'impersonate-extra-%zz',
    'if-none-match',
    'accept-encoding',
    'audit-id',
    'periplus-read',
    'user-agent',
    'sec-websocket-protocol',
  ),
  fc.oneof(
    odd,
    fc.constantFrom('application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf', '*/*;q=x'),
  ),
)
const method = fc.constantFrom('GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE')
const body = fc.constantFrom(
  '',
  '{}',
  '[]',
  'null',
  '{"metadata":{"name":"x"}}',
  '{',
  'a: 1',
  '\0',
  '{"spec":null}',
  '[{"op":"add"}]',
)

describe('whatever a request line says', function () {
  this.timeout(300_000)
  let cluster: GuardedCluster
  before(async () => {
    cluster = await guardedCluster()
  })
  after(async () => {
    await cluster.stop()
    assert.deepEqual(cluster.errors, [])
  })

  /** One request over a connection of its own, byte by byte as it is given; the status, or 0 where the connection just ended. */
  const spoken = (text: string): Promise<number> =>
    new Promise((resolve, reject) => {
      const { hostname, port } = new URL(cluster.url)
      const socket = connect({ host: hostname, port: Number(port), ca: cluster.ca, ALPNProtocols: ['http/1.1'] })
      let heard = ''
      const done = (): void => {
        socket.destroy()
        resolve(Number(final.exec(heard)?.[1] ?? 0))
      }
      socket.on('secureConnect', () => socket.write(text, 'latin1'))
      socket.on('data', (chunk: Buffer) => {
        heard += chunk.toString('latin1')
        if (final.test(heard)) done()
      })
      socket.on('end', done)
      socket.setTimeout(3000, () => reject(new Error(`no answer to ${JSON.stringify(text.slice(0, 100))}`)))
      socket.on('error', error => ((error as NodeJS.ErrnoException).code === 'ECONNRESET' ? done() : reject(error)))
    })

  it('is answered, and never by a bug', async () => {
    const statuses = new Map<number, number>()
    await fc.assert(
      fc.asyncProperty(
        method,
        path,
        query,
        fc.array(header, { maxLength: 2 }),
        body,
        async (verb, at, asked, more, said) => {
          const target = asked === '' ? at : `${at}?${asked}`
          const { status, text } = await cluster.admin
            .ask(encodeSpaces(target), { method: verb, headers: Object.fromEntries(more.map(latin)), body: said })
            .catch((error: unknown) => ({ status: -1, text: String(error) }))
          statuses.set(status, (statuses.get(status) ?? 0) + 1)
          assert.ok(
            status > 0 && (status < 500 || status === 501),
            `${verb} ${target}: ${status} ${text.slice(0, 300)}`,
          )
        },
      ),
      { numRuns, seed },
    )
    assert.ok(statuses.size > 4, JSON.stringify([...statuses]))
  })

  it('is answered, whatever bytes it is made of', async () => {
    const lines = [
      'GET / HTTP/1.1\r\nHost: x\r\n\r\n',
      'GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n',
      'GET //// HTTP/1.1\r\nHost: x\r\n\r\n',
      'GET /api/v1/../../x HTTP/1.1\r\nHost: x\r\n\r\n',
      'GET http://x/api HTTP/1.1\r\nHost: x\r\n\r\n',
      'GET * HTTP/1.1\r\nHost: x\r\n\r\n',
      'OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n',
      'CONNECT x:443 HTTP/1.1\r\nHost: x\r\n\r\n',
      'GET /api HTTP/1.1\r\n\r\n',
      'GET /api HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n',
      'GET /api HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n',
      'POST /api HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      'POST /api HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: x\r\n\r\n',
      'POST /api HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
      'GET /\x80\xff HTTP/1.1\r\nHost: x\r\n\r\n',
      'GET /api HTTP/9.9\r\nHost: x\r\n\r\n',
      'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
      'G\x00T /api HTTP/1.1\r\nHost: x\r\n\r\n',
      `GET /${'a'.repeat(100_000)} HTTP/1.1\r\nHost: x\r\n\r\n`,
      `GET /api HTTP/1.1\r\nHost: x\r\nX: ${'a'.repeat(100_000)}\r\n\r\n`,
      'GET /api/v1/pods HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n',
      'GET /api HTTP/1.1\r\nHost: x\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n',
      'GET /api HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n\r\n',
      'GET /api HTTP/1.1\r\nHost: x\r\nExpect: something\r\n\r\n',
    ]
    for (const line of lines) {
      const status = await spoken(line)
      assert.ok(status < 500, `${JSON.stringify(line.slice(0, 100))}: ${status}`)
    }
    // It still serves.
    assert.equal((await cluster.admin.ask('/version')).status, 200)
  })
})

/** The answer itself; one that only says to go on comes before it. */
const final = /^HTTP\/1\.1 ([2-9]\d{2})/m

const encodeSpaces = (target: string): string =>
  [...target].map(character => (/[\x21-\x7e]/.test(character) ? character : encodeURIComponent(character))).join('')

const latin = ([name, value]: readonly [string, string]): readonly [string, string] => [
  name,
  value.replace(/[^\x20-\x7e]/g, '?'),
]
