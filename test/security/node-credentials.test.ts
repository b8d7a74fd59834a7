import assert from 'node:assert/strict'
import { statusOf } from '@periplus/api'
import { bootstrap, createSecurity, ensurePki, serveNodeCommands } from '@periplus/apiserver'
import { connectBus, openByteStream, serveByteStreams } from '@periplus/bus'
import type { Bus } from '@periplus/bus'
import { builtinRegistry, kindsAt } from '@periplus/custom'
import { builtInAdmission, createCommands, remoteCommands } from '@periplus/commands'
import type { Command, Commands } from '@periplus/commands'
import { ClusterRoleBinding, Event, Node, Pod } from '@periplus/kinds'
import { jetStreamEventLog } from '@periplus/log'
import type { EventLog, Origin } from '@periplus/log'
import { E, systemClock } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { startLiveCut } from '@periplus/projection'
import type { RunningCut } from '@periplus/projection'
import { nodeSubjects } from '@periplus/runtime'
import { metrics, temporaryNats } from '@periplus/service'
import type { LocalNats, RunningService, Temporary } from '@periplus/service'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const right = <A>(answer: Either<unknown, A>): A => {
  if (E.isLeft(answer)) throw new Error(JSON.stringify(answer.left))
  return answer.right
}

const origin: Origin = { actor: 'user:kubernetes-admin', component: 'apiserver', causes: [], correlationId: 'test' }
const subjects = nodeSubjects('one')
const forged = 'objects.rbac_authorization_k8s_io.clusterrolebindings.-.forged'

describe("with a node's credentials", function () {
  this.timeout(120_000)
  let home: string
  let nats: Temporary<LocalNats>
  let bus: Bus
  let node: Bus
  let log: EventLog
  let running: RunningCut
  let commands: Commands
  let afar: Commands
  let serving: RunningService
  const bugs: unknown[] = []

  before(async () => {
    home = await mkdtemp(join(tmpdir(), 'periplus-node-'))
    nats = await temporaryNats({ nodeSubjects: subjects.all })
    const { servers } = nats.server
    bus = right(await connectBus({ ...nats.server, name: 'control-plane' }))
    node = right(await connectBus({ servers, ...nats.server.users.node, name: 'node', inboxPrefix: subjects.inbox }))
    log = right(await jetStreamEventLog(bus, { cluster: 'test' }))
    running = await startLiveCut({ log })
    const { cut } = running
    commands = createCommands({ cut, log, kindsAt, admission: builtInAdmission })
    right(await bootstrap({ serviceIp: '10.96.0.1', serviceCidr: '10.96.0.0/16', port: 6443 }, { cut, commands }))
    const pki = await ensurePki({ home, clock: systemClock })
    const security = await createSecurity({ cut, clock: systemClock, tokenKey: pki.tokenKey })
    serving = serveNodeCommands({
      ...{ bus, aside: bus, kindsAt, cut, commands, security, metrics: metrics(), onFlood: () => undefined },
      ...{ clock: systemClock, onBug: error => bugs.push(error) },
    })
    afar = remoteCommands({ bus: node, subject: subjects.commands })
    for (const nodeName of ['one', 'two']) {
      const metadata = { name: `on-${nodeName}`, namespace: 'kube-system' }
      const spec = { nodeName, containers: [{ name: 'c', image: 'i' }], serviceAccountName: 'default' }
      const account = {
        apiVersion: 'v1',
        kind: 'ServiceAccount',
        metadata: { name: 'default', namespace: 'kube-system' },
      }
      right(await made(account, 'serviceaccounts'))
      right(await made({ apiVersion: 'v1', kind: 'Pod', metadata, spec }, 'pods'))
    }
    right(await made({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'two' } }, 'nodes'))
  })
  after(async () => {
    await serving.stop()
    await running.close()
    await node.close()
    await bus.close()
    await nats.dispose()
    await rm(home, { recursive: true })
    assert.deepEqual(bugs, [])
  })

  const made = async (object: object, resource: string) => {
    const kind = builtinRegistry.byResource('', 'v1', resource)
    assert.ok(kind)
    const done = await commands.execute({ verb: 'create', kind, object }, origin)
    if (E.isRight(done)) await running.cut.reached(done.right.sequence)
    return E.isLeft(done) && done.left.tag === 'AlreadyExists' ? E.right(undefined) : done
  }
  const answer = async (command: Command, id?: string): Promise<string> => {
    const done = await afar.execute(command, origin, id)
    if (E.isLeft(done)) return `${statusOf(done.left).reason}: ${statusOf(done.left).message}`
    await running.cut.reached(done.right.sequence)
    return 'done'
  }
  const status = (name: string, resourceVersion?: string): Command => ({
    verb: 'patch',
    kind: Pod,
    subresource: 'status',
    ref: { group: '', resource: 'pods', namespace: 'kube-system', name },
    patch: { type: 'merge', body: { status: { message: 'seen' } } },
    ...(resourceVersion === undefined ? {} : { resourceVersion }),
  })
  const last = async (): Promise<number> => right(await log.bounds()).last

  it('nothing is appended to the log, in no way that NATS offers', async () => {
    const before = await last()
    const data = Buffer.from('{"kind":"ClusterRoleBinding"}')
    const batch = await node.jetstream.publishBatch([{ subject: forged, headers: [], data }], 300)
    const single = await node.jetstream.publish({ subject: forged, headers: [['Nats-Msg-Id', 'x']], data }, 300)
    assert.deepEqual([batch.tag, single.tag], ['Unknown', 'Unknown'])
    assert.ok(E.isLeft(await node.jetstream.remove('OBJECTS')))
    for (const verb of [
      'STREAM.PURGE.OBJECTS',
      'STREAM.MSG.DELETE.OBJECTS',
      'STREAM.UPDATE.OBJECTS',
      'STREAM.CREATE.X',
    ])
      assert.ok(E.isLeft(await node.request(`$JS.API.${verb}`, Buffer.from('{"seq":1}'), { timeoutMilliseconds: 300 })))
    const own = right(await jetStreamEventLog(node, { cluster: 'test', appendTimeoutMilliseconds: 300 }))
    assert.equal(right(await own.bounds()).last, before)
    assert.equal(await last(), before)
  })

  it("the control plane's own user takes nothing out of the log", async () => {
    const before = right(await log.bounds())
    assert.ok(E.isLeft(await bus.jetstream.remove('OBJECTS')))
    assert.ok(
      E.isLeft(await bus.request('$JS.API.STREAM.PURGE.OBJECTS', Buffer.alloc(0), { timeoutMilliseconds: 300 })),
    )
    assert.deepEqual(right(await log.bounds()), before)
  })

  it('nobody else is listened to or answered for', async () => {
    const heard: string[] = []
    const listen = (subject: string) => node.subscribe(subject, message => heard.push(message.subject))
    const listening = ['_INBOX.>', 'objects.>', 'periplus.nodes.two.>', '>'].map(listen)
    const told: string[] = []
    const other = bus.subscribe('periplus.nodes.two.>', ({ subject }) => void told.push(subject))
    const inbox = bus.subscribe('_INBOX.of.somebody', ({ subject }) => void told.push(subject))
    node.publish(nodeSubjects('two').commands, Buffer.from('{}'))
    node.publish(nodeSubjects('two').frames, Buffer.from('{}'))
    node.publish('_INBOX.of.somebody', Buffer.from('{}'))
    bus.publish(nodeSubjects('two').inbox, Buffer.from('{}'))
    bus.publish('_INBOX.of.nobody', Buffer.from('{}'))
    right(
      await afar.execute({ verb: 'create', kind: Node, object: { metadata: { name: 'one' } }, dryRun: true }, origin),
    )
    // Whatever was sent on before this has been delivered when it is answered.
    for (const one of [bus, node]) right(await one.jetstream.state('OBJECTS'))
    assert.deepEqual(told, [nodeSubjects('two').inbox])
    assert.deepEqual(heard, [])
    for (const one of [...listening, other, inbox]) one.close()
  })

  it('a node writes its own, as itself whatever it says', async () => {
    assert.equal(await answer({ verb: 'create', kind: Node, object: { metadata: { name: 'one' } } }), 'done')
    assert.equal(await answer(status('on-one')), 'done')
    const event = right(await log.last({ group: '', resource: 'pods', namespace: 'kube-system', name: 'on-one' }))
    assert.equal(event?.origin.actor, 'node:one')
    assert.equal(event?.origin.component, 'node-agent')
  })

  it('what is not its own is forbidden, in the words of the API', async () => {
    assert.equal(
      await answer(status('on-two')),
      'Forbidden: pods "on-two" is forbidden: node "one" can only update pod status for pods with spec.nodeName set to itself',
    )
    assert.match(
      await answer({ verb: 'create', kind: Node, object: { metadata: { name: 'three' } } }),
      /^Forbidden: nodes "three" is forbidden: node "one" is not allowed to modify node "three"$/,
    )
    const binding: ClusterRoleBinding = {
      metadata: { name: 'forged' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
      subjects: [{ kind: 'User', name: 'system:anonymous', apiGroup: 'rbac.authorization.k8s.io' }],
    }
    assert.match(
      await answer({ verb: 'create', kind: ClusterRoleBinding, object: binding }),
      /^Forbidden: clusterrolebindings\.rbac\.authorization\.k8s\.io is forbidden: User "system:node:one" cannot create/,
    )
  })

  it('a command is about what its kind says, not about what its reference says', async () => {
    const given = status('on-one') as Extract<Command, { verb: 'patch' }>
    const ref = { group: 'rbac.authorization.k8s.io', resource: 'clusterroles', namespace: '', name: 'view' }
    assert.match(await answer({ ...given, ref }), /^BadRequest: /)
    assert.match(
      await answer({ ...given, ref: { ...ref, namespace: 'kube-system' } }),
      /^NotFound: pods "view" not found/,
    )
  })

  it('an id is of its node alone: none is taken from others, and one asked twice is written once', async () => {
    const theirs = await commands.execute({ ...status('on-two'), subresource: 'status' } as Command, origin, 'shared')
    assert.ok(E.isRight(theirs))
    const before = await last()
    const label = (value: string): Command => ({
      ...(status('on-one') as Extract<Command, { verb: 'patch' }>),
      patch: { type: 'merge', body: { status: { message: value } } },
    })
    assert.equal(await answer(label('twice'), 'shared'), 'done')
    assert.equal(await answer(label('twice'), 'shared'), 'done')
    assert.equal(await last(), before + 1)
    const object = { metadata: { name: 'told', namespace: 'default' }, involvedObject: {}, message: 'once' }
    for (let i = 0; i < 2; i++) assert.equal(await answer({ verb: 'create', kind: Event, object }, 'created'), 'done')
    assert.equal(await last(), before + 2)
  })

  it('an answer goes to the inboxes of who asks, and nowhere else', async () => {
    const before = await last()
    const told: string[] = []
    const elsewhere = bus.subscribe('elsewhere.>', ({ subject }) => void told.push(subject))
    for (const reply of [forged, 'elsewhere.now', nodeSubjects('two').inbox])
      node.publish(subjects.commands, Buffer.from('{"id":"x"}'), reply)
    assert.equal(await answer(status('on-two')).then(text => text.slice(0, 9)), 'Forbidden')
    right(await bus.jetstream.state('OBJECTS'))
    elsewhere.close()
    assert.deepEqual(told, [])
    assert.equal(await last(), before)
  })

  it('what is no command is refused and harms nobody', async () => {
    const ask = async (question: unknown): Promise<string> => {
      const data = Buffer.from(typeof question === 'string' ? question : JSON.stringify(question))
      return Buffer.from(right(await node.request(subjects.commands, data))).toString()
    }
    const asked = { id: 'x', causes: [], correlationId: 'y' }
    const pods = { group: '', version: 'v1', resource: 'pods' }
    for (const wrong of [
      'nothing',
      null,
      [],
      { ...asked },
      { ...asked, id: 'a\r\nNats-Rollup: all', command: {} },
      { ...asked, correlationId: 'ä', command: {} },
      { ...asked, causes: [-1], command: {} },
    ])
      assert.match(await ask(wrong), /^\{"failure":"/)
    for (const command of [
      {},
      { verb: 'create', kind: { ...pods, resource: '__proto__' } },
      { verb: 'create', kind: pods, object: [] },
      { verb: 'create', kind: pods, object: { metadata: { name: 1 } } },
      { verb: 'update', kind: pods, object: { apiVersion: 'v1', kind: 'Pod', metadata: { namespace: 'a' } } },
      { verb: 'update', kind: pods, object: {}, subresource: 'binding' },
      { verb: 'patch', kind: pods, ref: { name: 'a' }, patch: { type: 'json', body: {} } },
      { verb: 'delete', kind: pods, ref: { name: 'a', namespace: 'b' }, options: { gracePeriodSeconds: 'x' } },
      { verb: 'toString', kind: pods },
      {
        verb: 'create',
        kind: { group: 'authorization.k8s.io', version: 'v1', resource: 'subjectaccessreviews' },
        object: { metadata: { name: 'a' }, spec: {} },
      },
    ])
      assert.match(await ask({ ...asked, command }), /^\{"refusal":\{"tag":"(BadRequest|NotFound|UnknownResource)"/)
  })

  it('a node that sends without a pause keeps no other waiting', async () => {
    const two = nodeSubjects('two')
    // Nobody has this node's own user here; what counts is the subject.
    const otherBus = right(await connectBus({ ...nats.server, name: 'two', inboxPrefix: two.inbox }))
    const other = remoteCommands({ bus: otherBus, subject: two.commands })
    right(await other.execute(status('on-two'), origin))
    const asked = 2_000
    const kind = { group: '', version: 'v1', resource: 'pods' }
    const answers: string[] = []
    const listening = node.subscribe(`${subjects.inbox}.flood`, ({ data }) => void answers.push(String(data)))
    for (let i = 0; i < asked; i++) {
      const ref = { namespace: 'kube-system', name: 'on-one' }
      const patch = { type: 'merge', body: { status: { message: `${i}` } } }
      const command = { verb: 'patch', kind, subresource: 'status', ref, patch }
      const question = { id: `flood-${i}`, causes: [], correlationId: 'flood', command }
      node.publish(subjects.commands, Buffer.from(JSON.stringify(question)), `${subjects.inbox}.flood`)
    }
    // What was sent before this is at the gateway when it is answered.
    right(await node.jetstream.state('OBJECTS'))
    for (let i = 0; i < 5; i++) right(await other.execute(status('on-two'), origin))
    const meanwhile = answers.length
    // What is on its way when a flood is noticed is passed over; what had a seat or a place in the queue by then is answered.
    const carriedOut = (): number => answers.filter(answer => answer.startsWith('{"answer"')).length
    while (carriedOut() < 16) await new Promise(resolve => setImmediate(resolve))
    listening.close()
    await otherBus.close()
    assert.ok(meanwhile < asked, 'the other node was answered before all of the flood')
    assert.ok(
      answers.some(answer => answer.includes('TooManyRequests')),
      'who asks too much is told',
    )
  })

  it('streams go both ways between the control plane and the node', async () => {
    const opened: unknown[] = []
    const answering = serveByteStreams(
      node,
      subjects.streams,
      async request => {
        opened.push(request)
        return E.right(stream => void stream.channel('data').end('from the node'))
      },
      { peersBelow: subjects.frames },
    )
    const within = { own: subjects.frames, peer: subjects.inbox }
    // The server hears of both connections in its own time.
    right(await node.jetstream.state('OBJECTS'))
    // As when somebody has the server deliver a message here that was never meant for this.
    bus.publish(subjects.streams, Buffer.from('{"tag":"Exec"}'), '$JS.ACK.OBJECTS')
    const stream = right(await openByteStream(bus, subjects.streams, 'asked', { within }))
    let text = ''
    for await (const chunk of stream.channel('data')) text += String(chunk)
    assert.equal(text, 'from the node')
    assert.deepEqual(opened, ['asked'])
    await stream.close()
    answering.close()
  })

  it('a node that wants frames sent where it may not publish gets none', async () => {
    const told: string[] = []
    const elsewhere = bus.subscribe('elsewhere', ({ subject }) => void told.push(subject))
    // The frame `accept`, as an end elsewhere would send it.
    const accept = Buffer.concat([Buffer.from([0, 0, 0, 0, 0, 1]), Buffer.from('elsewhere')])
    const lying = node.subscribe(subjects.streams, ({ reply }) => void node.publish(reply, accept))
    right(await node.jetstream.state('OBJECTS'))
    const within = { own: subjects.frames, peer: subjects.inbox }
    const opened = await openByteStream(bus, subjects.streams, {}, { within })
    assert.match(
      E.isLeft(opened) && 'message' in opened.left ? opened.left.message : '',
      /wants to be answered elsewhere$/,
    )
    right(await bus.jetstream.state('OBJECTS'))
    assert.deepEqual(told, [])
    elsewhere.close()
    lying.close()
  })

  it('a gateway that is gone is waited for, and then the service is unavailable', async () => {
    const hasty = remoteCommands({ bus: node, subject: subjects.commands, unavailablePatience: 200 })
    await serving.stop()
    // Answered after the server has heard of the end.
    right(await bus.jetstream.state('OBJECTS'))
    const refused = await hasty.execute(status('on-one'), origin)
    assert.equal(E.isLeft(refused) && refused.left.tag, 'ServiceUnavailable')
  })
})
