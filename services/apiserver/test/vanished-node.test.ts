import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect as connectTcp, createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { PassThrough } from 'node:stream'
import { connectBus, serveByteStreams } from '@periplus/bus'
import type { Bus, BusConfig, ByteStream } from '@periplus/bus'
import { WebSocket } from 'ws'
import { E } from '@periplus/prelude'
import { nodeStreams, nodeSubjects, serveContainerStream } from '@periplus/runtime'
import { temporaryNats } from '@periplus/service'
import type { LocalNats, Temporary } from '@periplus/service'
import { nodeStreamsOver } from '../src/index.ts'
import { clientOf } from './client.ts'
import { kubectlOf } from './kubectl.ts'
import type { Kubectl } from './kubectl.ts'
import { namespace } from './objects.ts'
import { startTestServer } from './server.ts'
import type { TestServer } from './server.ts'

const protocols = [
  ['a WebSocket', { KUBECTL_REMOTE_COMMAND_WEBSOCKETS: 'true' }],
  ['SPDY', { KUBECTL_REMOTE_COMMAND_WEBSOCKETS: 'false' }],
] as const

/** What timers the kernel has set for the connections of a server: 01 for what is under way, 02 to ask whether anybody is there. */
const timersOf = (port: string): readonly string[] => {
  const local = `:${Number(port).toString(16).toUpperCase().padStart(4, '0')}`
  return readFileSync('/proc/net/tcp', 'utf8')
    .split('\n')
    .map(line => line.trim().split(/\s+/))
    .filter(([, at = '', , state]) => at.endsWith(local) && state === '01')
    .map(([, , , , , timer = '']) => timer.slice(0, 2))
}

describe('what reaches a node', function () {
  this.timeout(60_000)
  let nats: Temporary<LocalNats>
  let bus: Bus
  let server: TestServer
  let kubectl: Kubectl
  const connect = async (name: string, to: Omit<BusConfig, 'name'> = nats.server): Promise<Bus> => {
    const connected = await connectBus({ ...to, name })
    if (E.isLeft(connected)) throw new Error(connected.left.message)
    return connected.right
  }
  before(async () => {
    nats = await temporaryNats()
    bus = await connect('apiserver')
    server = await startTestServer({ streams: nodeStreamsOver(nodeStreams(bus)) })
    kubectl = await kubectlOf(server)
    const client = clientOf(server)
    await client.post('/api/v1/namespaces', namespace('default'))
    await client.post('/api/v1/namespaces/default/serviceaccounts', { metadata: { name: 'default' } })
    const spec = { nodeName: 'one', containers: [{ name: 'c', image: 'i' }] }
    await client.post('/api/v1/namespaces/default/pods', { metadata: { name: 'web' }, spec })
  })
  after(async () => {
    await kubectl.remove()
    await server.stop()
    await bus.close()
    await nats.dispose()
    assert.deepEqual(server.errors, [])
  })

  const serving = async (
    serve: (stream: ByteStream, node: Bus) => void,
    to?: Omit<BusConfig, 'name'>,
  ): Promise<Bus> => {
    const node = await connect('node', to)
    const { streams } = nodeSubjects('one')
    // Its inboxes are where a node's ends of streams are.
    const own = { ...node, inbox: (under?: string) => node.inbox(under ?? nodeSubjects('one').inbox) }
    serveByteStreams(own, streams, async () => E.right(stream => serve(stream, node)))
    await node.request('nobody', Buffer.alloc(0))
    return node
  }

  for (const [name, environment] of protocols) {
    it(`a command ends over ${name} with its status`, async () => {
      const node = await serving(stream => {
        stream.channel('stdout').end('hello\n')
        stream.channel('stderr').end('and\n')
        stream.channel('exit').end(JSON.stringify(E.right({ exitCode: 3 })))
        void stream.close()
      })
      const ran = await kubectl.run(['exec', 'web', '--', 'x'], '', environment)
      await node.close()
      assert.deepEqual(ran, { code: 3, stdout: 'hello\n', stderr: 'and\ncommand terminated with exit code 3\n' })
    })

    it(`a command ends over ${name} when its node goes in the middle`, async () => {
      const node = await serving((stream, node) => {
        stream.channel('stdout').write('hello\n', () => void node.drain().then(() => node.close()))
      })
      const ran = await kubectl.run(['exec', 'web', '--', 'x'], '', environment)
      await node.close()
      assert.equal(ran.stdout, 'hello\n')
      assert.match(ran.stderr, /the other end is gone/)
      assert.equal(ran.code, 1)
    })

    it(`a command ends over ${name} when its node goes at once`, async () => {
      await serving((_stream, node) => {
        void node.drain().then(() => node.close())
      })
      const ran = await kubectl.run(['exec', 'web', '--', 'x'], '', environment)
      assert.match(ran.stderr, /the other end is gone/)
      assert.equal(ran.code, 1)
    })
  }

  const opened = async (path: string): Promise<WebSocket> => {
    const url = `${server.url.replace('https', 'wss')}/api/v1/namespaces/default/pods/web/${path}`
    const socket = new WebSocket(url, path.startsWith('log') ? 'binary.k8s.io' : 'v4.channel.k8s.io', {
      ca: server.ca,
    })
    await once(socket, 'open')
    return socket
  }

  for (const path of [
    'log?follow=true',
    'portforward?ports=80',
    'attach?stdin=true&stdout=true',
    'exec?command=x&stdin=true&stdout=true',
  ])
    it(`${path} ends over a WebSocket when its node goes in the middle`, async () => {
      let reached: () => void = () => undefined
      const reaching = new Promise<void>(resolve => (reached = resolve))
      const node = await serving(stream => {
        stream.channel('data').write('line\n')
        reached()
      })
      const socket = await opened(path)
      const closed = once(socket, 'close')
      await reaching
      await node.close()
      await closed
    })

  it('a command ends when what it runs in breaks off', async () => {
    const stdout = new PassThrough()
    const node = await serving(
      stream =>
        void serveContainerStream(
          stream,
          {
            ...{ stdin: undefined, stdout, stderr: undefined, resize: () => undefined, close: () => undefined },
            exit: Promise.resolve(E.left({ tag: 'Unavailable', message: 'containerd has gone' })),
          },
          { stdin: false, stdout: true, stderr: false, tty: false },
        ),
    )
    stdout.write('hello\n', () => setImmediate(() => stdout.destroy()))
    const ran = await kubectl.run(['exec', 'web', '--', 'x'])
    await node.close()
    assert.match(ran.stderr, /containerd has gone/)
  })

  it('a command ends when the connection of its node is still, and the node that comes back serves the next', async () => {
    const { server: at } = nats
    const sockets: Socket[] = []
    let isStill = false
    const between = createServer(socket => {
      const onward = connectTcp(Number(new URL(`nats://${String(at.servers)}`).port), '127.0.0.1')
      sockets.push(socket, onward)
      for (const [from, to] of [
        [socket, onward],
        [onward, socket],
      ] as const) {
        from.on('error', () => undefined)
        from.on('data', chunk => void (isStill || to.write(chunk)))
      }
    })
    between.listen(0, '127.0.0.1')
    await once(between, 'listening')
    const { port } = between.address() as AddressInfo
    const old = await serving(stream => void stream.channel('stdout').write('hello\n'), {
      ...at,
      servers: `127.0.0.1:${port}`,
    })
    const first = kubectl.follow('exec', 'web', '--', 'x').lines
    assert.deepEqual(await first.next(), { done: false, value: 'hello' })
    isStill = true
    const node = await serving(stream => {
      stream.channel('stdout').end('again\n')
      stream.channel('stderr').end()
      stream.channel('exit').end(JSON.stringify(E.right({ exitCode: 0 })))
      void stream.close()
    })
    assert.equal((await first.next()).done, true)
    for (const socket of sockets) socket.destroy()
    await old.close()
    between.close()
    assert.equal(await kubectl.ok('exec', 'web', '--', 'x'), 'again\n')
    await node.close()
  })

  it('is not kept for a client whose machine has gone: its kernel is asked', async () => {
    const node = await serving(() => undefined)
    const socket = await opened('exec?command=x&stdout=true')
    let timers = timersOf(new URL(server.url).port)
    // While something is under way, its own timer is the one that is set.
    while (timers.includes('01')) {
      await new Promise(setImmediate)
      timers = timersOf(new URL(server.url).port)
    }
    assert.ok(timers.length > 0 && timers.every(timer => timer === '02'), timers.join())
    socket.terminate()
    await node.close()
  })

  it('a command that reads nothing ends when its client goes while it writes', async () => {
    let broken: Promise<unknown> = Promise.resolve()
    let reached: () => void = () => undefined
    const reaching = new Promise<void>(resolve => (reached = resolve))
    const node = await serving(stream => {
      broken = stream.ended
      reached()
    })
    const socket = await opened('exec?command=x&stdin=true&stdout=true')
    await reaching
    for (let i = 0; i < 100; i++) socket.send(Buffer.alloc(64 * 1024))
    socket.terminate()
    assert.deepEqual(await broken, { tag: 'Aborted', message: 'closed by the client' })
    await node.close()
  })
})
