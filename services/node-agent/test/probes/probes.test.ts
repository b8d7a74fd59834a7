import assert from 'node:assert/strict'
import { dialError } from '../../src/probes/dial-error.ts'
import { createServer } from 'node:http'
import { createServer as createHttp2Server } from 'node:http2'
import type { AddressInfo, Server as NetServer } from 'node:net'
import { createServer as createTcpServer } from 'node:net'
import type { Container, Probe } from '@periplus/kinds'
import { systemClock, virtualClock } from '@periplus/prelude'
import { hollowRuntime } from '@periplus/runtime'
import { check } from '../../src/probes/check.ts'
import { count } from '../../src/probes/verdict.ts'
import type { Standing } from '../../src/probes/verdict.ts'

const listening = async (server: NetServer): Promise<number> => {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

describe('counting answers', () => {
  const probe: Probe = { successThreshold: 2, failureThreshold: 3 }
  const after = (answers: string, from: Standing['result']): Standing['result'] =>
    [...answers].reduce<Standing>(
      (standing, letter) => count(standing, letter === 's' ? 'success' : 'failure', probe),
      {
        result: from,
        last: undefined,
        inARow: 0,
      },
    ).result
  const table: readonly (readonly [string, Standing['result'], Standing['result']])[] = [
    ['s', 'failure', 'failure'],
    ['ss', 'failure', 'success'],
    ['sfs', 'failure', 'failure'],
    ['ff', 'success', 'success'],
    ['fff', 'success', 'failure'],
    ['ffsff', 'success', 'success'],
    ['fffs', 'success', 'failure'],
    ['fffss', 'success', 'success'],
  ]
  for (const [answers, from, to] of table)
    it(`${from} after ${answers} is ${to}`, () => assert.equal(after(answers, from), to))
})

describe('probes over the network', () => {
  const runtime = hollowRuntime({
    clock: virtualClock(0),
    nodeName: 'n',
    behave: () => ({
      execSync: command => ({ exitCode: Number(command[1]), stdout: Buffer.from('out'), stderr: Buffer.from('err') }),
    }),
  })
  const ask = (probe: Probe, container: Container = { name: 'c' }, containerId = 'x') =>
    check(runtime, systemClock)(probe, { pod: {}, container, containerId, podIp: '127.0.0.1' })
  let seen: { url: string | undefined; headers: NodeJS.Dict<string | string[]> }
  const server = createServer((request, response) => {
    seen = { url: request.url, headers: request.headers }
    if (request.url === '/away') response.writeHead(302, { location: 'http://elsewhere.invalid/' }).end()
    else if (request.url === '/here') response.writeHead(302, { location: '/ok' }).end()
    else if (request.url === '/slow') return
    else response.writeHead(request.url === '/ok' ? 200 : 503).end('body')
  })
  let port: number
  before(async () => {
    port = await listening(server)
  })
  after(() => {
    server.closeAllConnections()
    server.close()
  })
  const http = (path: string, more = {}) => ask({ httpGet: { path, port }, ...more })

  it('count 200 to 399 as well', async () => {
    assert.deepEqual(await http('/ok'), { tag: 'success', text: 'body' })
    assert.deepEqual(await http('/bad'), { tag: 'failure', text: 'HTTP probe failed with statuscode: 503' })
    assert.equal((await http('/here')).tag, 'success')
    assert.equal((await http('/away')).tag, 'success')
  })
  it('time out, in the words of the kubelet', async () => {
    const { tag, text } = await http('/slow', { timeoutSeconds: 0.05 })
    assert.equal(tag, 'failure')
    assert.match(text, /^Get "http:\/\/127\.0\.0\.1:\d+\/slow": context deadline exceeded/)
  })
  it('send the headers that they are given, and name themselves', async () => {
    await ask({
      httpGet: {
        path: '/ok',
        port,
        httpHeaders: [
          { name: 'X-A', value: '1' },
          { name: 'Host', value: 'h.example' },
        ],
      },
    })
    assert.deepEqual(
      [seen.headers['x-a'], seen.headers['host'], seen.headers['user-agent']],
      ['1', 'h.example', 'kube-probe/1.35'],
    )
  })
  it('find a port by its name', async () => {
    const container = { name: 'c', ports: [{ name: 'web', containerPort: port }] }
    assert.equal((await ask({ httpGet: { path: '/ok', port: 'web' } }, container)).tag, 'success')
    assert.equal((await ask({ httpGet: { port: 'none' } }, container)).tag, 'error')
  })
  it('open TCP connections', async () => {
    const tcp = createTcpServer()
    const open = await listening(tcp)
    assert.equal((await ask({ tcpSocket: { port: open } })).tag, 'success')
    await new Promise(resolve => tcp.close(resolve))
    assert.deepEqual(await ask({ tcpSocket: { port: open } }), {
      tag: 'failure',
      text: `dial tcp 127.0.0.1:${open}: connect: connection refused`,
    })
  })
  it('ask gRPC services for their health', async () => {
    const health = createHttp2Server()
    let status = 1
    health.on('stream', stream => {
      stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true })
      stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }))
      stream.end(Buffer.from([0, 0, 0, 0, 2, 0x08, status]))
    })
    const open = await listening(health)
    assert.equal((await ask({ grpc: { port: open, service: 'db' } })).tag, 'success')
    status = 2
    assert.deepEqual(await ask({ grpc: { port: open } }), {
      tag: 'failure',
      text: 'service unhealthy (responded with "NOT_SERVING")',
    })
    await new Promise(resolve => health.close(resolve))
  })
  it('run commands', async () => {
    const sandbox = { pod: { name: 'p', namespace: 'd', uid: 'u', attempt: 0 }, logDirectory: '/' }
    const made = await runtime.runSandbox(sandbox as Parameters<typeof runtime.runSandbox>[0])
    assert.ok('right' in made, JSON.stringify(made))
    await runtime.pullImage('a:1')
    const created = await runtime.createContainer(made.right, {
      name: 'c',
      attempt: 0,
      image: 'a:1',
      logPath: 'c',
      sandbox,
    } as Parameters<typeof runtime.createContainer>[1])
    assert.ok('right' in created, JSON.stringify(created))
    await runtime.startContainer(created.right)
    const exec = (code: string) => ask({ exec: { command: ['exit', code] } }, { name: 'c' }, created.right)
    assert.equal((await exec('0')).tag, 'success')
    assert.deepEqual(await exec('1'), { tag: 'failure', text: 'outerr' })
    assert.equal((await ask({ exec: { command: ['x'] } })).tag, 'error')
  })

  it('names the port of a failed GET, the usual one too', () => {
    const refused = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' })
    assert.deepEqual(dialError('Get', new URL('http://10.0.0.1:80/x?y'), refused), {
      tag: 'failure',
      text: 'Get "http://10.0.0.1:80/x?y": dial tcp 10.0.0.1:80: connect: connection refused',
    })
  })
})
