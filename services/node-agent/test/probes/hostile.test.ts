import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { createServer as createHttp2Server } from 'node:http2'
import { createServer as createTcpServer } from 'node:net'
import type { AddressInfo, Server, Socket } from 'node:net'
import type { HTTPGetAction, Probe } from '@periplus/kinds'
import { E, systemClock } from '@periplus/prelude'
import { hollowRuntime } from '@periplus/runtime'
import { hookRunner } from '../../src/hooks/run-hooks.ts'
import { check } from '../../src/probes/check.ts'

const listening = async (server: Server, host = '127.0.0.1'): Promise<number> => {
  await new Promise<void>(resolve => server.listen(0, host, resolve))
  return (server.address() as AddressInfo).port
}

/** What a container may answer to whoever asks it, its node included. */
describe('a node that is answered with ill will', () => {
  const runtime = hollowRuntime({ clock: systemClock, nodeName: 'n' })
  const sockets = new Set<Socket>()
  const servers: Server[] = []
  const serve = async (answer: (socket: Socket, request: string) => void): Promise<number> => {
    const server = createTcpServer(socket => {
      sockets.add(socket)
      socket.on('error', () => undefined)
      socket.once('data', data => answer(socket, data.toString()))
    })
    servers.push(server)
    return listening(server)
  }
  after(() => {
    for (const socket of sockets) socket.destroy()
    for (const server of servers) server.close()
  })
  const probe = (of: Probe) =>
    check(runtime, systemClock)(of, { pod: {}, container: { name: 'c' }, containerId: 'x', podIp: '127.0.0.1' })
  const hook = (httpGet: HTTPGetAction, timeoutSeconds = 5) =>
    hookRunner(runtime, systemClock).run(
      { httpGet },
      { container: { name: 'c' }, containerId: 'x', podIp: '127.0.0.1' },
      timeoutSeconds,
    )

  /** Writes for as long as somebody reads, and says how much that was. */
  const endless = async () => {
    let written = 0
    const port = await serve(socket => {
      const chunk = Buffer.alloc(16 * 1024, 'x')
      socket.write('HTTP/1.1 200 OK\r\n\r\n')
      const more = (): void => {
        while (!socket.destroyed && written < 256 * 2 ** 20) {
          written += chunk.length
          if (!socket.write(chunk)) return
        }
      }
      socket.on('drain', more)
      more()
    })
    return { port, written: () => written }
  }

  it('reads 10 KiB of an answer without an end, and calls it well', async () => {
    const { port, written } = await endless()
    const { tag, text } = await probe({ httpGet: { port }, timeoutSeconds: 30 })
    assert.deepEqual([tag, text.length], ['success', 10 * 1024])
    assert.ok(E.isRight(await hook({ port }, 30)))
    assert.ok(written() < 64 * 2 ** 20, `${written()} bytes were taken`)
  })

  it('waits for a dripping answer no longer than it may', async () => {
    const port = await serve(socket => {
      const drip = setInterval(() => socket.write('H'), 20)
      socket.on('close', () => clearInterval(drip))
    })
    const slow = await serve(() => undefined)
    for (const at of [port, slow]) {
      assert.equal((await probe({ httpGet: { port: at }, timeoutSeconds: 0.2 })).tag, 'failure')
      assert.ok(E.isLeft(await hook({ port: at }, 0.2)))
    }
  })

  it('is sent to no other host', async () => {
    let visits = 0
    const inner = createServer((_request, response) => {
      visits++
      response.end()
    })
    servers.push(inner)
    const target = await listening(inner, '127.0.0.2')
    const port = await serve(socket =>
      socket.end(`HTTP/1.1 302 Found\r\nlocation: http://127.0.0.2:${target}/secret\r\ncontent-length: 4\r\n\r\nbody`),
    )
    assert.equal((await probe({ httpGet: { port } })).text, 'Probe terminated redirects, Response body: body')
    assert.ok(E.isRight(await hook({ port })))
    assert.equal(visits, 0)
  })

  it('follows a circle of redirects ten times', async () => {
    let visits = 0
    const port = await serve(socket => {
      visits++
      socket.end('HTTP/1.1 302 Found\r\nlocation: /again\r\ncontent-length: 0\r\n\r\n')
    })
    assert.match((await probe({ httpGet: { port }, timeoutSeconds: 5 })).text, /stopped after 10 redirects$/)
    assert.equal(visits, 10)
    assert.ok(E.isLeft(await hook({ port })))
  })

  it('takes a redirect to nowhere as a failure', async () => {
    for (const location of ['http://[', 'ftp://127.0.0.1/', 'file:///etc/passwd']) {
      const port = await serve(socket =>
        socket.end(`HTTP/1.1 302 Found\r\nlocation: ${location}\r\ncontent-length: 0\r\n\r\n`),
      )
      const { text } = await probe({ httpGet: { port } })
      assert.doesNotMatch(text, /root:/)
      await hook({ port })
    }
  })

  it('sends no header that is more than one', async () => {
    const seen: string[] = []
    const port = await serve((socket, request) => {
      seen.push(request)
      socket.end('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n')
    })
    const action = { port, httpHeaders: [{ name: 'x-a', value: 'a\r\nx-injected: b' }] }
    assert.equal((await probe({ httpGet: action })).tag, 'failure')
    assert.ok(E.isLeft(await hook(action)))
    assert.deepEqual(seen, [])
  })

  it('takes headers without an end, and garbage, as a failure', async () => {
    const headers = await serve(socket => {
      socket.write(`HTTP/1.1 200 OK\r\n${'x: y\r\n'.repeat(100_000)}`)
    })
    const garbage = await serve(socket => socket.end(Buffer.from([0, 255, 1, 2, 3, 10, 10])))
    for (const port of [headers, garbage]) {
      assert.equal((await probe({ httpGet: { port }, timeoutSeconds: 5 })).tag, 'failure')
      assert.ok(E.isLeft(await hook({ port })))
      assert.equal((await probe({ grpc: { port }, timeoutSeconds: 5 })).tag, 'failure')
    }
  })

  it('believes no gRPC server that sends without an end, or never says how the call ended', async () => {
    const flood = createHttp2Server()
    flood.on('session', session => session.on('error', () => undefined))
    flood.on('stream', (stream, headers) => {
      stream.on('error', () => undefined)
      stream.respond({ ':status': 200 })
      if (headers[':path'] === undefined) return
      const more = (): void => {
        while (!stream.destroyed && stream.write(Buffer.alloc(65536)));
      }
      stream.on('drain', more)
      more()
    })
    const silent = createHttp2Server()
    silent.on('stream', stream => {
      stream.respond({ ':status': 200 })
      stream.end(Buffer.from([0, 0, 0, 0, 2, 0x08, 1]))
    })
    for (const server of [flood, silent]) {
      servers.push(server)
      const port = await listening(server)
      assert.equal((await probe({ grpc: { port }, timeoutSeconds: 20 })).tag, 'failure')
    }
  })

  it('asks a hook’s server that speaks no TLS once more, without it', async () => {
    const port = await serve(socket => socket.end('HTTP/1.1 500 No\r\ncontent-length: 0\r\n\r\n'))
    assert.ok(E.isRight(await hook({ port, scheme: 'HTTPS' })))
  })
})
