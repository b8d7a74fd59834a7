import assert from 'node:assert/strict'
import { decode, encode } from 'dns-packet'
import type { Answer, RecordType } from 'dns-packet'
import { cutOf } from '@periplus/controller'
import { answerTo } from '../src/answer.ts'
import type { Answering } from '../src/answer.ts'
import { shop } from './cluster.ts'

const asked: string[] = []

/** Others know one name. */
const world: Answering = {
  cut: cutOf(shop),
  zone: { domain: 'cluster.local', networks: ['10.96.0.0/16', '10.244.1.0/24'] },
  forwarder: {
    ask: async query => {
      const { questions = [], id = 0 } = decode(query)
      asked.push(questions[0]?.name ?? '')
      if (questions[0]?.name !== 'www.example.org') return undefined
      const answers: Answer[] = [{ type: 'A', name: 'www.example.org', ttl: 60, data: '203.0.113.7' }]
      return encode({ type: 'response', id, questions, answers })
    },
  },
}

const text = (record: Answer): string => {
  if (!('data' in record)) return record.type
  if (record.type === 'SRV') return `SRV ${record.name} ${record.data.port} ${record.data.target}`
  return `${record.type} ${record.name} ${record.type === 'SOA' ? '' : String(record.data)}`.trimEnd()
}

const codes = ['ok', 'format', 'failure', 'no such name', 'not implemented', 'refused']

/** `ok` or what else, then the answers, then `|` and what else came with them. */
const ask = async (name: string, type: RecordType = 'A'): Promise<readonly string[]> => {
  const packet = encode({ type: 'query', id: 7, flags: 0x0100, questions: [{ name, type, class: 'IN' }] })
  const bytes = (await answerTo(world, packet, true))?.bytes
  assert.ok(bytes)
  const reply = decode(bytes)
  assert.equal(reply.id, 7)
  assert.equal(reply.questions?.[0]?.name, name)
  const more = [...(reply.authorities ?? []), ...(reply.additionals ?? [])].map(text)
  return [
    codes[bytes.readUInt16BE(2) & 0xf] ?? '',
    ...(reply.answers ?? []).map(text),
    ...(more.length > 0 ? ['|', ...more] : []),
  ]
}

const soa = ['|', 'SOA cluster.local']

describe('names of the cluster', () => {
  it('lead to a service’s address, in whatever letters', async () => {
    assert.deepEqual(await ask('web.shop.svc.cluster.local'), ['ok', 'A web.shop.svc.cluster.local 10.96.0.5'])
    assert.deepEqual(await ask('Web.SHOP.svc.Cluster.local'), ['ok', 'A Web.SHOP.svc.Cluster.local 10.96.0.5'])
    assert.deepEqual(await ask('web.shop.svc.cluster.local', 'AAAA'), ['ok', ...soa])
    assert.deepEqual(await ask('pending.shop.svc.cluster.local'), ['ok', ...soa])
  })

  it('lead to the ready endpoints of a headless service, and to each by its host name or address', async () => {
    const db = 'db.shop.svc.cluster.local'
    assert.deepEqual(await ask(db), ['ok', ...['10.244.1.2', '10.244.1.3', '10.244.1.5'].map(ip => `A ${db} ${ip}`)])
    assert.deepEqual(await ask(`db-1.${db}`), ['ok', `A db-1.${db} 10.244.1.3`])
    assert.deepEqual(await ask(`10-244-1-5.${db}`), ['ok', `A 10-244-1-5.${db} 10.244.1.5`])
    assert.deepEqual(await ask(`db-2.${db}`), ['no such name', ...soa])
  })

  it('tell ports', async () => {
    const [web, db] = ['web.shop.svc.cluster.local', 'db.shop.svc.cluster.local']
    assert.deepEqual(await ask(`_http._tcp.${web}`, 'SRV'), [
      ...['ok', `SRV _http._tcp.${web} 80 ${web}`],
      ...['|', `A ${web} 10.96.0.5`],
    ])
    assert.deepEqual((await ask(`_http._tcp.${db}`, 'SRV')).slice(0, 4), [
      'ok',
      ...['db-0', 'db-1', '10-244-1-5'].map(host => `SRV _http._tcp.${db} 8080 ${host}.${db}`),
    ])
    assert.deepEqual(await ask(`_http._udp.${web}`, 'SRV'), ['no such name', ...soa])
    assert.deepEqual(await ask(`_tcp.${web}`, 'SRV'), ['ok', ...soa])
  })

  it('stand for other names, of which the records follow', async () => {
    const inside = 'inside.shop.svc.cluster.local'
    assert.deepEqual(await ask(inside), [
      ...['ok', `CNAME ${inside} web.shop.svc.cluster.local`, 'A web.shop.svc.cluster.local 10.96.0.5'],
    ])
    const outside = 'outside.shop.svc.cluster.local'
    assert.deepEqual(await ask(outside, 'CNAME'), ['ok', `CNAME ${outside} www.example.org`])
    assert.deepEqual(await ask(outside), ['ok', `CNAME ${outside} www.example.org`, 'A www.example.org 203.0.113.7'])
    assert.deepEqual((await ask('round.shop.svc.cluster.local'))[0], 'failure')
  })

  it('are told of addresses', async () => {
    assert.deepEqual(await ask('5.0.96.10.in-addr.arpa', 'PTR'), [
      ...['ok', 'PTR 5.0.96.10.in-addr.arpa web.shop.svc.cluster.local'],
    ])
    assert.deepEqual(await ask('3.1.244.10.in-addr.arpa', 'PTR'), [
      ...['ok', 'PTR 3.1.244.10.in-addr.arpa db-1.db.shop.svc.cluster.local'],
    ])
    assert.deepEqual(await ask('9.9.96.10.in-addr.arpa', 'PTR'), ['no such name', ...soa])
  })

  it('lead to pods by their addresses, in namespaces that there are', async () => {
    const name = '10-244-1-9.shop.pod.cluster.local'
    assert.deepEqual(await ask(name), ['ok', `A ${name} 10.244.1.9`])
    assert.deepEqual(await ask('10-244-1-9.nowhere.pod.cluster.local'), ['no such name', ...soa])
    assert.deepEqual(await ask('300-1-1-1.shop.pod.cluster.local'), ['no such name', ...soa])
  })

  it('that are not there are not, and nobody else is asked', async () => {
    asked.length = 0
    for (const name of ['nothing.shop.svc', 'web.nowhere.svc', 'www.example.org.shop.svc', 'x', 'a.b.web.shop.svc'])
      assert.deepEqual(await ask(`${name}.cluster.local`), ['no such name', ...soa], name)
    for (const name of ['cluster.local', 'svc.cluster.local', 'shop.svc.cluster.local'])
      assert.deepEqual(await ask(name), ['ok', ...soa], name)
    assert.deepEqual(asked, [])
    assert.deepEqual(await ask('dns-version.cluster.local', 'TXT'), ['ok', 'TXT dns-version.cluster.local 1.1.0'])
  })

  it('of others are for others to answer', async () => {
    assert.deepEqual(await ask('www.example.org'), ['ok', 'A www.example.org 203.0.113.7'])
    assert.deepEqual(await ask('mycluster.local'), ['failure'])
    assert.deepEqual(await ask('7.113.0.203.in-addr.arpa', 'PTR'), ['failure'])
  })
})
