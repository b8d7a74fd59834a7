import assert from 'node:assert/strict'
import { setImmediate as turn } from 'node:timers/promises'
import { connectBus } from '@periplus/bus'
import type { Bus, Message, PublishAnswer } from '@periplus/bus'
import { markLogOver, openSnapshots, serveLogMarks } from '@periplus/cluster/roles'
import {
  compactLog,
  ensureNodeFeed,
  jetStreamEventLog,
  jetStreamKeyStore,
  jetStreamRecordStream,
  keepSnapshots,
  objectStoreBlobs,
  storedOfTold,
} from '@periplus/log'
import type { LogMarks, NewEvent } from '@periplus/log'
import { ensureLogStream, jetStreamLogStream } from '@periplus/log-stream'
import { frameOf, runOf } from '@periplus/log-stream/contract'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { jetStreamPositions } from '@periplus/log-router'
import { nodeSubjects } from '@periplus/runtime'
import { natsInbox, temporaryNats } from '@periplus/service'
import type { LocalNats, NatsUser, Temporary } from '@periplus/service'

const right = <A>(answer: Either<unknown, A>): A => {
  if (E.isLeft(answer)) throw new Error(JSON.stringify(answer.left))
  return answer.right
}

const node = nodeSubjects('one')
type Role = Exclude<NatsUser, 'node'>

/** What somebody might want of NATS. A role can do those that stand beside its name, and no other. */
const wishes = {
  'append a pod': 'objects.core.pods.default.web',
  'append an Event': 'objects.core.events.default.web-1',
  'append a claim': 'objects.core.persistentvolumeclaims.default.data',
  "append the scheduler's lease": 'objects.coordination_k8s_io.leases.kube-system.periplus-scheduler',
  "append the controllers' lease": 'objects.coordination_k8s_io.leases.kube-system.periplus-controllers',
  "append the compactor's lease": 'objects.coordination_k8s_io.leases.kube-system.periplus-compactor',
  "append a log router's lease": 'objects.coordination_k8s_io.leases.periplus-log-router.log-router-1',
  "append the log routers' namespace": 'objects.core.namespaces.-.periplus-log-router',
  'append a namespace': 'objects.core.namespaces.-.kube-system',
  'append a LogSink': 'objects.logs_periplus_io.logsinks.default.web',
  'append a ClusterLogSink': 'objects.logs_periplus_io.clusterlogsinks.-.all',
  'append an Ingress': 'objects.networking_k8s_io.ingresses.default.web',
  'append a Secret': 'objects.core.secrets.default.key',
  'append a cluster role binding': 'objects.rbac_authorization_k8s_io.clusterrolebindings.-.forged',
  'record a decision': 'decisions.deployment.default.web',
  "keep a sink's place": 'log-sinks.uid',
  'ship a line of a container': 'logs.default.web.c',
  'ask in the name of a node': node.commands,
  'speak to a node': node.streams,
  'tell a node what concerns it': 'nodes.to.one.core.pods.default.web',
  'say to a node that this is stored for it': 'told.to.one.core.pods.default.web',
  'say to all nodes that this is stored for them': 'told.all',
  'keep a key of a sealed object': 'keys.uid',
  'ask to have written how far the log is compacted': 'periplus.log.marks',
  "answer the compactor's question": '_COMPACTOR.of.its',
  "answer somebody else's question": '_INBOX.of.somebody',
  "answer an API server's question": '_APISERVER.of.its',
} as const
type Wish = keyof typeof wishes
const toAppend = Object.keys(wishes).filter((wish): wish is Wish => wish.startsWith('append'))

const allowed: Readonly<Record<Role, readonly Wish[]>> = {
  apiserver: [
    ...toAppend,
    ...(['ask in the name of a node', 'speak to a node', 'keep a key of a sealed object'] as const),
    ...(["answer the compactor's question", 'tell a node what concerns it'] as const),
  ],
  controllers: [...toAppend, 'record a decision', 'keep a key of a sealed object'],
  scheduler: [
    ...(['append a pod', 'append an Event', 'append a claim', "append the scheduler's lease"] as const),
    'record a decision',
  ],
  projector: [],
  feed: [],
  compactor: ["append the compactor's lease", 'ask to have written how far the log is compacted'],
  'service-proxy': [],
  dns: [],
  ingress: ['append an Event', 'append an Ingress'],
  'log-router': [
    ...(['append a LogSink', 'append a ClusterLogSink', "append a log router's lease"] as const),
    ...(["append the log routers' namespace", "keep a sink's place"] as const),
  ],
  reader: [],
}
const roles = Object.keys(allowed) as readonly Role[]

/** Streams that a role reads, of those that there are. */
const reads: Readonly<Record<Role, readonly string[]>> = {
  apiserver: ['OBJECTS', 'DECISIONS', 'LOGS', 'LOG_SINKS', 'KEYS'],
  controllers: ['OBJECTS', 'KEYS'],
  scheduler: ['OBJECTS'],
  projector: ['OBJECTS'],
  feed: ['OBJECTS'],
  compactor: ['OBJECTS'],
  'service-proxy': ['OBJECTS'],
  dns: ['OBJECTS'],
  ingress: ['OBJECTS', 'KEYS'],
  'log-router': ['OBJECTS', 'LOGS', 'LOG_SINKS', 'KEYS'],
  reader: ['OBJECTS', 'DECISIONS', 'LOGS', 'LOG_SINKS', 'KEYS'],
}

describe("with a role's credentials", function () {
  this.timeout(120_000)
  let nats: Temporary<LocalNats>
  let all: Bus
  const buses = new Map<Role, Bus>()
  const bus = (role: Role): Bus => {
    const connected = buses.get(role)
    assert.ok(connected)
    return connected
  }

  before(async () => {
    nats = await temporaryNats({ nodeSubjects: node.all })
    const { servers, users } = nats.server
    all = right(await connectBus({ ...nats.server, name: 'all' }))
    for (const role of roles) {
      const connected = await connectBus({ servers, ...users[role], name: role, inboxPrefix: natsInbox(role) })
      buses.set(role, right(connected))
    }
  })
  after(async () => {
    for (const connected of [...buses.values(), all]) await connected.close()
    await nats.dispose()
  })

  it('an API server makes the streams, and finds them as it wants them the next time', async () => {
    for (let time = 0; time < 2; time++) {
      right(await jetStreamEventLog(bus('apiserver'), { cluster: 'test' }))
      right(await jetStreamRecordStream(bus('apiserver'), { stream: 'DECISIONS' }))
      right(await ensureLogStream(bus('apiserver')))
      right(await jetStreamPositions(bus('apiserver')))
      right(await jetStreamKeyStore(bus('apiserver')))
      await openSnapshots(bus('apiserver'))
    }
    right(await jetStreamKeyStore(bus('controllers')))
    for (const role of ['controllers', 'scheduler'] as const) {
      right(await jetStreamEventLog(bus(role), { cluster: 'test' }))
      right(await jetStreamRecordStream(bus(role), { stream: 'DECISIONS' }))
    }
  })

  it('a log router keeps places of sinks and forgets them', async () => {
    const positions = right(await jetStreamPositions(bus('log-router')))
    const place = { position: 3, delivered: 2, dropped: 1, router: 'one' }
    right(await positions.save('uid', place, 0))
    assert.deepEqual(right(await positions.load('uid')).value, place)
    await positions.forget('uid')
    assert.equal(right(await positions.load('uid')).value, undefined)
  })

  it('a log router reads lines of one namespace, and those that come', async () => {
    const stop = new AbortController()
    right(await jetStreamLogStream(all).append(frameOf(runOf(), 1, 2)))
    const reading = { scope: { namespace: 'default' }, follow: true, signal: stop.signal }
    for await (const { records } of jetStreamLogStream(bus('log-router')).read(reading)) {
      assert.equal(records.length, 2)
      stop.abort()
    }
  })

  for (const role of roles)
    it(`${role} publishes what it needs to and nothing else`, async () => {
      const heard = new Set<string>()
      const listening = [...new Set(Object.values(wishes))].map(subject =>
        all.subscribe(subject, message => heard.add(message.subject)),
      )
      right(await all.jetstream.state('OBJECTS'))
      for (const subject of Object.values(wishes)) bus(role).publish(subject, Buffer.from('{}'))
      // Whatever was sent on before this has been delivered when it is answered.
      for (const one of [bus(role), all]) right(await one.jetstream.state('OBJECTS'))
      for (const one of listening) one.close()
      const could = (Object.keys(wishes) as readonly Wish[]).filter(wish => heard.has(wishes[wish]))
      assert.deepEqual(could.toSorted(), [...allowed[role]].toSorted())
    })

  it('nobody listens to what is said to others, which the server says again of what it stores for nodes', async () => {
    right(await ensureNodeFeed(bus('apiserver'), 1))
    const told = new Set<string>()
    const server = all.subscribe('told.>', ({ subject }) => told.add(subject))
    for (const role of roles) {
      const heard: string[] = []
      const subjects = ['_INBOX.>', 'objects.>', 'logs.>', 'decisions.>', 'told.>', 'told.all', '>']
      const others = role === 'apiserver' ? subjects : [...subjects, `${natsInbox('apiserver')}.>`, 'periplus.nodes.>']
      const listening = others.map(subject => bus(role).subscribe(subject, message => heard.push(message.subject)))
      right(await bus(role).jetstream.state('OBJECTS'))
      for (const subject of Object.values(wishes)) all.publish(subject, Buffer.from('{}'))
      for (const one of [all, bus(role)]) right(await one.jetstream.state('OBJECTS'))
      for (const one of listening) one.close()
      assert.deepEqual(heard, [], role)
    }
    server.close()
    assert.deepEqual([...told], ['told.to.one.core.pods.default.web'])
  })

  it('a role reads the streams that it needs, and no other', async () => {
    right(await all.jetstream.publish({ subject: 'logs.a.b', headers: [], data: Buffer.from('line') }).then(stored))
    right(await all.jetstream.publish({ subject: 'log-sinks.a', headers: [], data: Buffer.from('{}') }).then(stored))
    right(await all.jetstream.publish({ subject: 'decisions.a', headers: [], data: Buffer.from('{}') }).then(stored))
    right(await all.jetstream.publish({ subject: 'keys.a', headers: [], data: Buffer.from('{}') }).then(stored))
    for (const role of roles)
      for (const stream of ['OBJECTS', 'DECISIONS', 'LOGS', 'LOG_SINKS', 'KEYS']) {
        const mayRead = reads[role].includes(stream)
        // Who may not is not answered; who may is, however busy the machine is.
        const patience = mayRead ? undefined : short
        const got = await bus(role).request(`$JS.API.STREAM.MSG.GET.${stream}`, Buffer.from('{"seq":1}'), patience)
        assert.equal(E.isRight(got), mayRead, `${role} ${stream}`)
      }
    // Whoever reads the log begins with a snapshot of it; the compactor alone writes them.
    right(await keepSnapshots({ bus: bus('compactor'), policy: { every: 1, keep: 2 } }).step())
    for (const role of roles.filter(one => reads[one].includes('OBJECTS'))) {
      const found = await objectStoreBlobs(bus(role), 'OBJECTS').list()
      assert.equal(E.isRight(found) && found.right.length, 1, role)
    }
  })

  it('nobody but the API server changes what is taken and where it goes', async () => {
    for (const stream of ['OBJECTS', 'OBJ_OBJECTS', 'KEYS', 'LOGS', 'DECISIONS', 'LOG_SINKS']) {
      const told = right(await all.request(`$JS.API.STREAM.INFO.${stream}`, new Uint8Array()))
      const { config } = JSON.parse(Buffer.from(told).toString()) as { readonly config: object }
      const repeated = JSON.stringify({ ...config, republish: { src: '>', dest: 'periplus.nodes.>' } })
      for (const role of roles.filter(one => one !== 'apiserver'))
        for (const verb of ['CREATE', 'UPDATE']) {
          const asked = await bus(role).request(`$JS.API.STREAM.${verb}.${stream}`, Buffer.from(repeated), short)
          assert.ok(E.isLeft(asked), `${role} ${verb} ${stream}`)
        }
    }
  })

  it('a compactor has an API server write how far the log is compacted, and nothing else', async () => {
    const log = right(await jetStreamEventLog(bus('apiserver'), { cluster: 'test' }))
    for (let i = 0; i < 300; i++) right(await log.append(pod(`web-${i}`)))
    const serving = serveLogMarks(bus('apiserver'), error => assert.fail(String(error)))
    const mark = markLogOver(bus('compactor'))
    const { watermark } = right(await log.bounds())
    const last = right(await all.jetstream.state('OBJECTS')).lastSequence
    const compacted = right(
      await compactLog({
        ...{ bus: bus('compactor'), mark, least: 1, now: () => Date.now() + 86_400_000 },
        snapshots: keepSnapshots({ bus: bus('compactor'), policy: { every: 1, keep: 2 } }),
        retention: { milliseconds: Infinity, bytes: Infinity, events: 100 },
      }),
    )
    assert.ok(compacted && compacted.watermark > watermark && compacted.watermark < last)
    assert.equal(right(await log.bounds()).watermark, compacted.watermark)
    const found = { watermark: compacted.watermark, pending: 0 }
    right(await mark({ found, marks: { 'io.periplus.horizons': '{"pods":5}' } }))
    const { metadata } = right(await all.jetstream.state('OBJECTS'))
    const wrongs: readonly LogMarks[] = [
      { found: { watermark, pending: 0 }, marks: { 'io.periplus.watermark': '1' } },
      { found, marks: { 'io.periplus.watermark': '1', other: 'one' } },
      { found, marks: {} },
      { found, marks: { 'io.periplus.horizons': '{"pods":-1}' } },
      { found, marks: { 'io.periplus.horizons': 'pods' } },
      // What was forgotten does not come back.
      { found, marks: { 'io.periplus.horizons': '{"pods":4}' } },
      { found, marks: { 'io.periplus.horizons': '{}' } },
      { found, marks: { 'io.periplus.horizons': '{"events":9,"*":3}' } },
    ]
    for (const wrong of wrongs) assert.ok(E.isLeft(await mark(wrong)), JSON.stringify(wrong))
    assert.deepEqual(right(await all.jetstream.state('OBJECTS')).metadata, metadata)
    await serving.stop()
  })

  it('a node that has the server answer into streams makes no event, and takes no key away', async () => {
    const { servers, users } = nats.server
    const asNode = right(await connectBus({ servers, ...users.node, name: 'node', inboxPrefix: node.inbox }))
    const log = right(await jetStreamEventLog(bus('apiserver'), { cluster: 'test' }))
    const keys = right(await jetStreamKeyStore(bus('apiserver')))
    const found = right(await keys.add('secret', { by: 'k', key: 'a2V5' }))
    right(await log.append(pod('again')))
    const events = async (): Promise<readonly number[]> => {
      const { first, last } = right(await log.bounds())
      const read: number[] = []
      for await (const batch of log.range(first, last)) read.push(...batch.map(({ sequence }) => sequence))
      return read
    }
    const grown = async (stream: string, to: number): Promise<void> => {
      while (right(await all.jetstream.state(stream)).lastSequence < to) await turn()
    }
    const before = await events()
    const state = right(await all.jetstream.state('OBJECTS'))
    const config = { name: 'again', ack_policy: 'none', deliver_policy: 'all' }
    const asked = JSON.stringify({ stream_name: 'OBJECTS', config, action: '' })
    right(await asNode.request('$JS.API.CONSUMER.CREATE.OBJECTS.again', Buffer.from(asked)))
    const next = Buffer.from('{"batch":1000,"no_wait":true}')
    asNode.publish('$JS.API.CONSUMER.MSG.NEXT.OBJECTS.again', next, 'objects.core.pods.default.again')
    for (const reply of ['objects.core.pods.default.again', 'keys.secret'])
      asNode.publish('$JS.API.STREAM.INFO.OBJECTS', new Uint8Array(), reply)
    // The answer to the question, and the word that there is no more to pull, which comes behind what was pulled.
    await grown('OBJECTS', state.lastSequence + 2)
    await grown('KEYS', found.revision + 1)
    assert.deepEqual(await events(), before)
    const later = right(await keys.find('secret'))
    assert.deepEqual([later?.by, later?.key], [found.by, found.key])
    const { sequence } = right(await log.last(pod('again').ref)) ?? { sequence: 0 }
    right(await log.append({ ...pod('again'), id: 'later', type: 'deleted', expected: sequence, previous: sequence }))
    await asNode.close()
  })

  it('a node whose lines say what the server would has no other node believe them, though a reader helps it', async () => {
    const { servers, users } = nats.server
    const asNode = right(await connectBus({ servers, ...users.node, name: 'node', inboxPrefix: node.inbox }))
    const line = { subject: 'logs.default.forged.c', data: Buffer.from('forged') }
    const { lastSequence } = right(await all.jetstream.state('LOGS'))
    const headers = [
      ['Nats-Stream', 'NODES'],
      ['Nats-Subject', 'nodes.all'],
      ['Nats-Sequence', String(lastSequence + 1)],
      // Of another one the stream would not take it.
      ['Nats-Expected-Last-Sequence', String(lastSequence)],
    ] as const
    right(await asNode.jetstream.publish({ ...line, headers }).then(stored))
    const heard: Message[] = []
    const listening = all.subscribe('told.all', message => heard.push({ ...message }))
    const config = { ack_policy: 'none', deliver_policy: 'all', filter_subject: line.subject }
    for (const more of [{ name: 'push', deliver_subject: 'told.all' }, { name: 'pull' }]) {
      const asked = JSON.stringify({ stream_name: 'LOGS', config: { ...config, ...more } })
      right(await bus('reader').request(`$JS.API.CONSUMER.CREATE.LOGS.${more.name}`, Buffer.from(asked)))
    }
    bus('reader').publish('$JS.API.CONSUMER.MSG.NEXT.LOGS.pull', Buffer.from('1'), 'told.all')
    const forged = (): readonly Message[] => heard.filter(({ data }) => Buffer.from(data).toString() === 'forged')
    while (forged().length < 2) await turn()
    for (const { headers: sent } of forged())
      assert.ok(
        headers.every(([name, value]) => sent.includes(`${name}: ${value}\r\n`)),
        sent,
      )
    assert.deepEqual(
      heard.flatMap(message => storedOfTold(message) ?? []),
      [],
    )
    listening.close()
    await asNode.close()
  })

  it('nobody but the compactor takes out of the log, nobody but the API server shreds keys, and nobody makes streams of his own', async () => {
    const before = right(await all.jetstream.state('OBJECTS'))
    for (const role of roles)
      for (const verb of ['STREAM.DELETE.OBJECTS', 'STREAM.PURGE.OBJECTS', 'STREAM.MSG.DELETE.OBJECTS']) {
        if (role === 'compactor' && verb === 'STREAM.PURGE.OBJECTS') continue
        assert.ok(E.isLeft(await bus(role).request(`$JS.API.${verb}`, Buffer.from('{"seq":1}'), short)), role + verb)
      }
    const keys = right(await all.jetstream.state('KEYS'))
    for (const role of roles)
      for (const verb of ['STREAM.DELETE.KEYS', 'STREAM.PURGE.KEYS', 'STREAM.MSG.DELETE.KEYS']) {
        if (role === 'apiserver' && verb === 'STREAM.MSG.DELETE.KEYS') continue
        assert.ok(E.isLeft(await bus(role).request(`$JS.API.${verb}`, Buffer.from('{"seq":1}'), short)), role + verb)
      }
    assert.deepEqual(right(await all.jetstream.state('KEYS')), keys)
    for (const role of roles)
      assert.ok(E.isLeft(await bus(role).request('$JS.API.STREAM.CREATE.OWN', Buffer.from('{"name":"OWN"}'), short)))
    assert.deepEqual(right(await all.jetstream.state('OBJECTS')), before)
  })
})

/** Of a pod, as one that writes nothing else might append it. */
const pod = (name: string): NewEvent => ({
  ref: { group: '', resource: 'pods', namespace: 'default', name },
  ...{ uid: name, type: 'created', id: name, expected: 0, previous: 0, time: '2026-01-01T00:00:00Z' },
  origin: { actor: 'user:a', component: 'api', causes: [], correlationId: name },
  body: Buffer.from(JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'default' } })),
})

const short = { timeoutMilliseconds: 100 }

const stored = (answer: PublishAnswer): Either<unknown, number> =>
  answer.tag === 'Stored' ? E.right(answer.sequence) : E.left(answer)
