import { PassThrough } from 'node:stream'
import { connect } from 'node:tls'
import { nodeStreamsOver } from '@periplus/apiserver'
import { E, seededRandom } from '@periplus/prelude'
import type { Random } from '@periplus/prelude'
import type { ContainerStream, NodeClient } from '@periplus/runtime'
import { longestWork } from '@periplus/service'
import { guardedCluster } from '../../security/guarded-cluster.ts'
import { pick } from '../extreme/values.ts'
import { mutatedBytes } from '../requests/text.ts'

export interface LinksCampaign {
  readonly links: number
  readonly upgraded: number
  readonly longestStall: number
  readonly heapBytesBefore: number
  readonly heapBytesAfter: number
  readonly complaints: readonly string[]
}

const atOnce = 8
/** Milliseconds that a client listens after what it has sent. */
const listening = 30

/** A container that says what it is told; whoever breaks off ends it. */
const container = (): ContainerStream => {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()]
  let ended: (how: { readonly exitCode: number }) => void = () => undefined
  const exit = new Promise<{ readonly exitCode: number }>(resolve => (ended = resolve))
  const close = (): void => {
    for (const one of [stdin, stdout, stderr]) one.destroy()
    ended({ exitCode: 137 })
  }
  for (const one of [stdin, stdout, stderr]) one.on('error', () => undefined)
  stdin.pipe(stdout)
  stdin.on('end', () => ended({ exitCode: 0 }))
  return { stdin, stdout, stderr, resize: () => undefined, exit: exit.then(E.right), close }
}

const nothing = { tag: 'Unsupported', message: 'nothing here' } as const
const node: NodeClient = {
  exec: async () => E.right(container()),
  attach: async () => E.right(container()),
  logs: async () => E.left(nothing),
  portForward: async () => {
    const port = new PassThrough()
    port.on('error', () => undefined)
    return E.right(port)
  },
  connect: async () => E.left(nothing),
  api: async () => E.left(nothing),
}

const webSocketFrame = (opcode: number, payload: Buffer, random: Random): Buffer => {
  const mask = Buffer.from(Array.from({ length: 4 }, () => Math.floor(random() * 256)))
  const long = payload.length > 125
  const head = Buffer.alloc(long ? 4 : 2)
  head[0] = 0x80 | opcode
  head[1] = 0x80 | (long ? 126 : payload.length)
  if (long) head.writeUInt16BE(payload.length, 2)
  return Buffer.concat([head, mask, payload.map((byte, at) => byte ^ (mask[at % 4] ?? 0))])
}

const channelMessage = (random: Random): Buffer =>
  Buffer.concat([
    Buffer.from([pick(random, [0, 0, 0, 1, 3, 4, 5, 255])]),
    pick(random, [
      Buffer.from('hello\n'),
      Buffer.from('{"Width":80,"Height":24}'),
      Buffer.from('{"Width":-1,"Height":1e400}'),
      Buffer.from(`${'['.repeat(5000)}`),
      Buffer.alloc(60_000, 'x'),
      Buffer.alloc(0),
      Buffer.from([0]),
    ]),
  ])

const spdyFrame = (random: Random): Buffer => {
  const payload = Buffer.from(Array.from({ length: Math.floor(random() * 40) }, () => Math.floor(random() * 256)))
  const head = Buffer.alloc(8)
  if (random() < 0.7) head.writeUInt32BE(0x80030000 + pick(random, [1, 2, 3, 4, 6, 7, 8, 9, 99]))
  else head.writeUInt32BE(pick(random, [0, 1, 3, 5, 0x7fffffff]))
  head.writeUInt32BE(random() < 0.9 ? payload.length : 0xffffff, 4)
  return Buffer.concat([head, payload])
}

const frames = (spdy: boolean, random: Random): Buffer => {
  const count = pick(random, [1, 3, 20])
  const each = Array.from({ length: count }, () =>
    spdy
      ? spdyFrame(random)
      : webSocketFrame(pick(random, [2, 2, 2, 1, 0, 8, 9, 10, 3]), channelMessage(random), random),
  )
  const bytes = Buffer.concat(each)
  return random() < 0.4 ? bytes : mutatedBytes(bytes, random)
}

const heap = (): number => {
  globalThis.gc?.()
  return process.memoryUsage().heapUsed
}

/** Clients that upgrade to the streams of a container and then say what none would, until `mayGoOn` says no. */
export const attackLinks = async (seed: number, mayGoOn: (links: number) => boolean): Promise<LinksCampaign> => {
  const random = seededRandom(seed)
  const cluster = await guardedCluster({ streams: nodeStreamsOver(node) })
  const made = (path: string, body: object) => cluster.admin.ask(path, { method: 'POST', body })
  await made('/api/v1/namespaces/default/serviceaccounts', { metadata: { name: 'default' } })
  await made('/api/v1/nodes', { metadata: { name: 'node-a' } })
  const spec = { nodeName: 'node-a', containers: [{ name: 'c', image: 'i' }] }
  await made('/api/v1/namespaces/default/pods', { metadata: { name: 'web' }, spec })
  const { hostname: host, port } = new URL(cluster.url)
  const { certificate: cert, key } = cluster.adminIdentity
  let [links, upgraded] = [0, 0]
  const link = (): Promise<void> =>
    new Promise(resolve => {
      const spdy = random() < 0.4
      const forward = random() < 0.2
      const asked = forward ? 'portforward' : 'exec?command=cat&stdin=1&stdout=1&stderr=1'
      const protocol = spdy
        ? `Upgrade: SPDY/3.1\r\nX-Stream-Protocol-Version: ${forward ? 'portforward.k8s.io' : 'v4.channel.k8s.io'}\r\n`
        : `Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${Buffer.alloc(16).toString('base64')}\r\n` +
          `Sec-WebSocket-Protocol: ${pick(random, forward ? ['SPDY/3.1+portforward.k8s.io'] : ['v5.channel.k8s.io', 'v4.channel.k8s.io', 'base64.channel.k8s.io', 'channel.k8s.io'])}\r\n`
      const head = `${spdy ? 'POST' : 'GET'} /api/v1/namespaces/default/pods/web/${asked} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\n${protocol}\r\n`
      const socket = connect({ host, port: Number(port), ca: cluster.ca, cert, key, ALPNProtocols: ['http/1.1'] })
      socket.on('error', () => undefined)
      socket.setTimeout(5000, () => socket.destroy())
      socket.on('close', () => resolve())
      socket.write(head)
      socket.once('data', (answer: Buffer) => {
        if (answer.toString('latin1', 0, 12) === 'HTTP/1.1 101') upgraded++
        socket.write(frames(spdy, random))
        setTimeout(() => socket.destroy(), listening)
        socket.resume()
      })
    })
  const work = longestWork(5)
  for (let first = 0; first < 20; first++) await link()
  const before = heap()
  work.take()
  while (mayGoOn(links)) {
    await Promise.all(Array.from({ length: atOnce }, link))
    links += atOnce
  }
  const longestStall = work.take()
  const complaints: string[] = []
  const alive = await cluster.admin.ask('/api/v1/namespaces/default/pods/web')
  if (alive.status !== 200) complaints.push('the server is not what it was')
  const after = heap()
  work.stop()
  await cluster.stop()
  complaints.push(...new Set(cluster.errors.map(error => error.slice(0, 1000))))
  return { links, upgraded, longestStall, heapBytesBefore: before, heapBytesAfter: after, complaints }
}
