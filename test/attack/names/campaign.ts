import { createSocket } from 'node:dgram'
import type { Socket } from 'node:dgram'
import { once } from 'node:events'
import { connect } from 'node:net'
import { decode, encode } from 'dns-packet'
import type { Answer } from 'dns-packet'
import type { KubernetesObject } from '@periplus/api'
import { cutOf } from '@periplus/controller'
import { start } from '@periplus/dns'
import { seededRandom } from '@periplus/prelude'
import type { Random } from '@periplus/prelude'
import { longestWork } from '@periplus/service'
import { beginnings, plainObjects } from '../extreme/objects.ts'
import { pick } from '../extreme/values.ts'
import { mutatedBytes } from '../requests/text.ts'

const host = '127.0.0.1'
/** Questions that nobody has answered yet: more would only be lost in the sockets. */
const atOnce = 64

const service = (name: string, spec: object): KubernetesObject =>
  ({ apiVersion: 'v1', kind: 'Service', metadata: { name, namespace: 'default' }, spec }) as KubernetesObject

const services: readonly KubernetesObject[] = [
  service('innocent', { clusterIP: '10.96.0.5', clusterIPs: ['10.96.0.5'], ports: [{ name: 'http', port: 80 }] }),
  service('round', { type: 'ExternalName', externalName: 'round.default.svc.cluster.local' }),
  service('outside', { type: 'ExternalName', externalName: 'a.example.org' }),
  service('x'.repeat(63), { clusterIP: 'None', ports: [{ name: '', port: 2 ** 31 - 1, protocol: 'UDP' }] }),
  service('long', { type: 'ExternalName', externalName: `${'a.'.repeat(126)}b` }),
]

const labels = [
  'default',
  'svc',
  'pod',
  'innocent',
  'round',
  'outside',
  'long',
  'x'.repeat(63),
  '_http',
  '_tcp',
  '*',
  '',
  '-',
  '10-244-0-1',
]
const ends = [
  'cluster.local',
  'svc.cluster.local',
  'default.svc.cluster.local',
  '5.0.96.10.in-addr.arpa',
  'ip6.arpa',
  'example.org',
  '',
]
const types = ['A', 'AAAA', 'SRV', 'PTR', 'TXT', 'CNAME', 'AXFR', 'SOA', 'NS', 'OPT', 'NULL'] as const

const drawName = (random: Random): string =>
  [...Array.from({ length: Math.floor(random() * 4) }, () => pick(random, labels)), pick(random, ends)]
    .filter(part => part !== '')
    .join('.')
    .slice(0, 250)

/** A packet, most often one that is broken. */
const drawPacket = (random: Random, id: number): Buffer => {
  const questions = Array.from({ length: pick(random, [1, 1, 1, 1, 0, 2, 50]) }, () => ({
    name: drawName(random),
    type: pick(random, types),
    class: 'IN' as const,
  }))
  let packet: Buffer
  try {
    packet = encode({ type: random() < 0.9 ? 'query' : 'response', id, flags: Math.floor(random() * 65536), questions })
  } catch {
    // A name that cannot be written.
    packet = Buffer.alloc(12)
  }
  if (random() < 0.1)
    return Buffer.from(Array.from({ length: Math.floor(random() * 600) }, () => Math.floor(random() * 256)))
  // A name that points to itself, and one that points around in a circle.
  if (random() < 0.05) return Buffer.concat([packet.subarray(0, 12), Buffer.from([0xc0, 12, 0, 1, 0, 1])])
  if (random() < 0.05)
    return Buffer.concat([packet.subarray(0, 12), Buffer.from([1, 97, 0xc0, 16, 0xc0, 12, 0, 1, 0, 1])])
  return random() < 0.4 ? packet : mutatedBytes(packet, random)
}

/** A server that others ask, which answers with what was asked, broken. */
const lyingServer = async (random: Random): Promise<Socket> => {
  const socket = createSocket('udp4')
  socket.bind(0, host)
  await once(socket, 'listening')
  socket.on('message', (packet, from) => {
    if (random() < 0.2) return
    const lie = random() < 0.3 ? Buffer.concat([packet, Buffer.alloc(1200, packet)]) : mutatedBytes(packet, random)
    for (let copy = random() < 0.1 ? 20 : 1; copy > 0; copy--)
      socket.send(lie, from.port, from.address, () => undefined)
  })
  return socket
}

export interface NamesCampaign {
  readonly asked: number
  readonly answered: number
  readonly longestStall: number
  readonly heapBytesBefore: number
  readonly heapBytesAfter: number
  readonly complaints: readonly string[]
}

const heap = (): number => {
  globalThis.gc?.()
  return process.memoryUsage().heapUsed
}

/** Packets to the DNS server until `mayGoOn` says no, over UDP and TCP, with a server behind it that lies; an innocent client is answered all the time. */
export const attackNames = async (seed: number, mayGoOn: (asked: number) => boolean): Promise<NamesCampaign> => {
  const random = seededRandom(seed)
  const complaints = new Set<string>()
  const complain = (text: string): void => void complaints.add(text)
  const liar = await lyingServer(random)
  const dns = await start({
    cut: cutOf([...beginnings, ...plainObjects.filter(({ kind }) => kind !== 'Service'), ...services]),
    host,
    port: 0,
    networks: ['10.96.0.0/16', '10.244.0.0/16'],
    upstreams: [{ address: host, port: liar.address().port }],
    onBug: error => complain(error instanceof Error ? (error.stack ?? error.message) : String(error)),
  })
  const socket = createSocket('udp4')
  socket.bind(0, host)
  await once(socket, 'listening')
  let [asked, answered] = [0, 0]
  const seen = new Map<number, () => void>()
  socket.on('message', answer => {
    answered++
    seen.get(answer.length >= 2 ? answer.readUInt16BE(0) : 0)?.()
  })
  const overTcp = async (packets: readonly Buffer[]): Promise<void> => {
    const connection = connect(dns.port, host)
    connection.on('error', () => undefined)
    connection.on('data', () => answered++)
    for (const packet of packets) {
      const length = Buffer.alloc(2)
      length.writeUInt16BE(random() < 0.9 ? packet.length : Math.floor(random() * 65536))
      connection.write(Buffer.concat([length, packet]))
    }
    await new Promise(resolve => setTimeout(resolve, 20))
    connection.destroy()
  }
  const innocent = async (): Promise<void> => {
    const client = createSocket('udp4')
    const question = { name: 'innocent.default.svc.cluster.local', type: 'A', class: 'IN' } as const
    const heard = once(client, 'message') as Promise<[Buffer]>
    const answered = heard.then(([answer]) => decode(answer).answers?.[0])
    const late = (): Promise<undefined> => new Promise(resolve => setTimeout(() => resolve(undefined), 1000))
    let record: Answer | undefined
    // As every client does: a packet may be lost where there are many.
    for (let attempt = 0; attempt < 5 && !record; attempt++) {
      client.send(encode({ type: 'query', id: 1, flags: 0x0100, questions: [question] }), dns.port, host)
      record = await Promise.race([answered, late()])
    }
    client.close()
    if (record?.type !== 'A' || record.data !== '10.96.0.5') complain('an innocent client was not answered')
  }
  const work = longestWork(5)
  await innocent()
  const before = heap()
  while (mayGoOn(asked)) {
    for (let at = 0; at < atOnce; at++)
      socket.send(drawPacket(random, asked++ & 0x7fff), dns.port, host, () => undefined)
    // What was sent is read before the next ones come.
    await new Promise(resolve => setImmediate(resolve))
    await new Promise(resolve => setImmediate(resolve))
    if (random() < 0.02) await overTcp(Array.from({ length: 64 }, () => drawPacket(random, asked++ & 0x7fff)))
    if (random() < 0.02) await innocent()
  }
  await innocent()
  const longestStall = work.take()
  work.stop()
  socket.close()
  await dns.stop()
  liar.close()
  return { asked, answered, longestStall, heapBytesBefore: before, heapBytesAfter: heap(), complaints: [...complaints] }
}
