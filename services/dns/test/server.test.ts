import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { Resolver } from 'node:dns/promises'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { decode, encode, streamEncode } from 'dns-packet'
import type { Answer } from 'dns-packet'
import type { Kind, KubernetesObject } from '@periplus/api'
import { cutOf, eventOf } from '@periplus/controller'
import { Namespace, Service } from '@periplus/kinds'
import { mutableCut } from '@periplus/projection'
import { seededRandom, virtualClock } from '@periplus/prelude'
import { start } from '../src/index.ts'
import type { DnsConfig, RunningDns } from '../src/index.ts'
import { answerTo } from '../src/answer.ts'
import { overUdp } from '../src/upstream/exchange.ts'
import { forwarder } from '../src/upstream/forwarder.ts'
import { serversIn } from '../src/upstream/servers.ts'
import { namespace, service, shop, slice } from './cluster.ts'

const host = '127.0.0.1'
const many = Array.from({ length: 200 }, (_, n) => ({ addresses: [`10.244.2.${n}`], conditions: { ready: true } }))

describe('the DNS server', () => {
  let dns: RunningDns
  const bugs: unknown[] = []
  const open = (more: Partial<DnsConfig> = {}): Promise<RunningDns> =>
    start({
      cut: cutOf([
        ...shop,
        service('crowd', { type: 'ClusterIP', clusterIP: 'None', clusterIPs: ['None'], ports: [] }),
        slice('crowd', many),
      ]),
      ...{ host, port: 0, networks: ['10.96.0.0/16'], upstreams: [], onBug: error => bugs.push(error) },
      ...more,
    })

  before(async () => (dns = await open()))
  after(async () => {
    await dns.stop()
    assert.deepEqual(bugs, [])
  })

  const resolver = ({ port }: { port: number }): Resolver => {
    const created = new Resolver({ timeout: 5000, tries: 1 })
    created.setServers([`${host}:${port}`])
    return created
  }

  it('answers ordinary clients, over TCP what is too long for a packet', async () => {
    assert.deepEqual(await resolver(dns).resolve4('web.shop.svc.cluster.local'), ['10.96.0.5'])
    await assert.rejects(resolver(dns).resolve4('nothing.shop.svc.cluster.local'), { code: 'ENOTFOUND' })
    await assert.rejects(resolver(dns).resolve6('web.shop.svc.cluster.local'), { code: 'ENODATA' })
    assert.equal((await resolver(dns).resolve4('crowd.shop.svc.cluster.local')).length, 200)
  })

  it('keeps nothing of a port that it cannot have whole', async () => {
    const other = createServer().listen(0, host)
    await once(other, 'listening')
    const { port } = other.address() as AddressInfo
    await assert.rejects(open({ port }), { code: 'EADDRINUSE' })
    const socket = createSocket('udp4').bind(port, host)
    await once(socket, 'listening')
    socket.close()
    other.close()
  })

  it('does not read packets that make much of few bytes', async () => {
    const header = Buffer.alloc(12)
    header.writeUInt16BE(600, 4)
    const name = Buffer.concat([
      ...Array.from({ length: 60 }, () => Buffer.from([1, 97])),
      Buffer.from([0, 0, 1, 0, 1]),
    ])
    const pointing = Buffer.concat(Array.from({ length: 599 }, () => Buffer.from([0xc0, 12, 0, 1, 0, 1])))
    const world = {
      cut: cutOf(shop),
      zone: { domain: 'cluster.local', networks: [] },
      forwarder: { ask: async () => undefined },
    }
    const packet = Buffer.concat([header, name, pointing])
    // What is read of it is text.
    let read = 0
    packet.toString = (...given) => (read++, Buffer.prototype.toString.apply(packet, given))
    const answer = await answerTo(world, packet, true)
    assert.equal(read, 0)
    const formatError = 1
    assert.deepEqual(answer && [answer.bytes.readUInt16BE(2) & 0xf, answer.bytes.length], [formatError, 12])
  })

  it('stops while it is asked', async () => {
    const asked = createSocket('udp4')
    const silent = createSocket('udp4')
    asked.bind(0, host)
    silent.bind(0, host)
    await Promise.all([once(asked, 'listening'), once(silent, 'listening')])
    const one = await open({ upstreams: [{ address: host, port: silent.address().port }] })
    const forwarded = once(silent, 'message') as Promise<[Buffer, { port: number; address: string }]>
    const questions = [{ name: 'www.example.org', type: 'A' as const, class: 'IN' as const }]
    asked.send(encode({ type: 'query', id: 1, flags: 0x0100, questions }), one.port, host)
    const [query, { port, address }] = await forwarded
    await one.stop()
    // The answer that comes now is nobody's, and ends nothing.
    const answer = Buffer.from(query)
    answer.writeUInt16BE(answer.readUInt16BE(2) | 0x8000, 2)
    silent.send(answer, port, address)
    // When this has come and gone, so has that.
    for (let turn = 0; turn < 3; turn++) {
      const heard = once(silent, 'message')
      asked.send('x', silent.address().port, host)
      await heard
    }
    asked.close()
    silent.close()
  })

  it('keeps to the size that a client takes, and says when that is not all', async () => {
    const questions = [{ name: 'crowd.shop.svc.cluster.local', type: 'A' as const, class: 'IN' as const }]
    for (const [size, additionals] of [
      [512, []],
      [
        1232,
        [
          {
            type: 'OPT',
            name: '.',
            udpPayloadSize: 4096,
            extendedRcode: 0,
            ednsVersion: 0,
            flags: 0,
            flag_do: false,
            options: [],
          },
        ],
      ],
    ] as [number, Answer[]][]) {
      const answer = await overUdp(
        { address: host, port: dns.port },
        encode({ type: 'query', id: 1, questions, additionals }),
        5000,
      )
      assert.ok(answer && answer.length <= size && answer.length > size - 40, `${answer?.length} of ${size}`)
      assert.equal(decode(answer).flag_tc, true)
      assert.equal(decode(answer).additionals?.length, additionals.length)
    }
  })

  it('answers several questions on one connection, each as a whole, however it came', async () => {
    const socket = connect({ host, port: dns.port })
    const query = (id: number, name: string): Buffer =>
      streamEncode({ type: 'query', id, questions: [{ name, type: 'A', class: 'IN' }] })
    const bytes = Buffer.concat([query(1, 'web.shop.svc.cluster.local'), query(2, 'db-0.db.shop.svc.cluster.local')])
    for (const byte of bytes) socket.write(Buffer.from([byte]))
    const ids = new Set<number>()
    let received = Buffer.alloc(0)
    while (ids.size < 2) {
      const [chunk] = (await once(socket, 'data')) as [Buffer]
      received = Buffer.concat([received, chunk])
      while (received.length > 2 && received.length >= 2 + received.readUInt16BE(0)) {
        ids.add(received.readUInt16BE(2))
        received = received.subarray(2 + received.readUInt16BE(0))
      }
    }
    assert.deepEqual([...ids].sort(), [1, 2])
    socket.destroy()
  })

  it('passes on what others know, and remembers it', async () => {
    let questions = 0
    const other = createSocket('udp4')
    other.on('message', (packet, from) => {
      questions++
      const { id = 0, questions: asked = [] } = decode(packet)
      const answers: Answer[] = [{ type: 'A', name: asked[0]?.name ?? '', ttl: 60, data: '203.0.113.7' }]
      other.send(encode({ type: 'response', id, questions: asked, answers }), from.port, from.address)
    })
    other.bind(0, host)
    await once(other, 'listening')
    const passing = await open({ upstreams: [{ address: host, port: (other.address() as AddressInfo).port }] })
    try {
      for (let i = 0; i < 3; i++) assert.deepEqual(await resolver(passing).resolve4('www.example.org'), ['203.0.113.7'])
      assert.deepEqual(await resolver(passing).resolve4('outside.shop.svc.cluster.local'), ['203.0.113.7'])
      assert.ok(questions >= 1 && questions <= 2, `${questions} questions`)
    } finally {
      await passing.stop()
      other.close()
    }
  })

  it('goes on where there is no way to another server', async () => {
    // The kernel refuses to connect to where all would hear it.
    assert.equal(
      await overUdp({ address: '255.255.255.255' }, encode({ type: 'query', id: 1, questions: [] }), 5000),
      undefined,
    )
    const cutOff = await open({ upstreams: [{ address: '255.255.255.255' }] })
    await assert.rejects(resolver(cutOff).resolve4('www.example.com'), { code: 'ESERVFAIL' })
    assert.deepEqual(await resolver(cutOff).resolve4('web.shop.svc.cluster.local'), ['10.96.0.5'])
    await cutOff.stop()
  })

  it('answers its own names while another server never answers, and gives up on that one', async () => {
    const clock = virtualClock(0)
    let waiting = 0
    const hanging = forwarder({
      clock,
      servers: async () => [{ address: host }],
      udp: () => {
        waiting++
        return new Promise(() => undefined)
      },
    })
    const world = { cut: cutOf(shop), zone: { domain: 'cluster.local', networks: [] }, forwarder: hanging }
    const query = (name: string): Buffer =>
      encode({ type: 'query', id: 1, questions: [{ name, type: 'A', class: 'IN' }] })
    for (let i = 0; i < 1000; i++) void answerTo(world, query(`${i}.example.org`), false)
    const own = (await answerTo(world, query('web.shop.svc.cluster.local'), false))?.bytes
    assert.equal(own && decode(own).answers?.length, 1)
    const tooMany = (await answerTo(world, query('one.more.example.org'), false))?.bytes
    assert.equal(tooMany && tooMany.readUInt16BE(2) & 0xf, 2)
    assert.equal(waiting, 1000)
  })

  it('goes on whatever it is sent: 100,000 packets that are none', async () => {
    const random = seededRandom(8)
    const below = (n: number): number => Math.floor(random() * n)
    const world = {
      ...{ cut: cutOf(shop), zone: { domain: 'cluster.local', networks: [] } },
      forwarder: { ask: async () => undefined },
    }
    const good = ['web.shop.svc.cluster.local', '5.0.96.10.in-addr.arpa', 'db.shop.svc.cluster.local'].map(name =>
      encode({ type: 'query', id: 1, flags: 0x0100, questions: [{ name, type: 'ANY' as 'A', class: 'IN' }] }),
    )
    const kinds = { answered: 0, ignored: 0 }
    // Each is refused by an exception, whose stack nobody looks at.
    const { stackTraceLimit } = Error
    Error.stackTraceLimit = 0
    for (let i = 0; i < 100_000; i++) {
      const packet =
        i % 4 === 0
          ? Buffer.from(Array.from({ length: below(80) }, () => below(256)))
          : Buffer.from(good[i % good.length] ?? [])
      for (let damage = below(6); damage > 0 && packet.length > 0; damage--) packet[below(packet.length)] = below(256)
      const cut = i % 5 === 0 ? packet.subarray(0, below(packet.length + 1)) : packet
      const answer = (await answerTo(world, cut, i % 2 === 0))?.bytes
      if (answer) assert.ok(answer.length >= 12 && answer.length < 2000)
      kinds[answer ? 'answered' : 'ignored']++
    }
    Error.stackTraceLimit = stackTraceLimit
    assert.ok(kinds.answered > 1000 && kinds.ignored > 1000, JSON.stringify(kinds))
  }).timeout(240_000)

  it('says what is so at every moment, however often it was asked before', async () => {
    const cut = mutableCut()
    const changing = await open({ cut })
    const put = (kind: Kind, object: KubernetesObject, previous = 0): void =>
      cut.apply([eventOf(cut.sequence + 1, kind, object, previous === 0 ? 'created' : 'spec-changed', previous)])
    const ask = () => resolver(changing).resolve4('new.shop.svc.cluster.local')
    try {
      put(Namespace, namespace('shop'))
      for (let i = 0; i < 2; i++) await assert.rejects(ask(), { code: 'ENOTFOUND' })
      put(Service, service('new', { clusterIP: '10.96.0.7', clusterIPs: ['10.96.0.7'] }))
      for (let i = 0; i < 2; i++) assert.deepEqual(await ask(), ['10.96.0.7'])
      put(Service, service('new', { clusterIP: '10.96.0.8', clusterIPs: ['10.96.0.8'] }), 2)
      assert.deepEqual(await ask(), ['10.96.0.8'])
    } finally {
      await changing.stop()
    }
  })

  it('survives the same over the network', async () => {
    const socket = createSocket('udp4')
    for (let i = 0; i < 500; i++) socket.send(Buffer.from([i, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 63, i]), dns.port, host)
    const stream = connect({ host, port: dns.port })
    stream.on('error', () => undefined)
    stream.write(Buffer.alloc(70_000, 0xff))
    assert.deepEqual(await resolver(dns).resolve4('web.shop.svc.cluster.local'), ['10.96.0.5'])
    stream.destroy()
    socket.close()
  })
})

describe('the machine’s servers', () => {
  it('are those of its resolv.conf, three at most, and never this one', () => {
    const file =
      'search x\nnameserver 10.244.1.1\n nameserver 192.0.2.1 \nnameserver nonsense\nnameserver fe80::1\nnameserver 1.1.1.1\nnameserver 8.8.8.8\n'
    assert.deepEqual(serversIn(file, ['10.244.1.1']), ['192.0.2.1', 'fe80::1', '1.1.1.1'])
  })
})
