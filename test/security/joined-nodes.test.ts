import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensurePki } from '@periplus/apiserver'
import type { Pki } from '@periplus/apiserver'
import { connectBus, newUserKey } from '@periplus/bus'
import type { Bus, BusConfig, UserKey } from '@periplus/bus'
import { ensureNodeFeed, jetStreamEventLog, nodeFeedStream, nodeFeedSubjectsOf } from '@periplus/log'
import { E, systemClock } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { nodeSubjects } from '@periplus/runtime'
import { setNatsNodes, temporaryNats } from '@periplus/service'
import type { LocalNats, Temporary } from '@periplus/service'
import { until } from '../faults/until.ts'

const right = <A>(answer: Either<unknown, A>): A => {
  if (E.isLeft(answer)) throw new Error(JSON.stringify(answer.left))
  return answer.right
}

describe('nodes of other hosts', function () {
  this.timeout(120_000)
  const subjects = nodeSubjects('two')
  let home: string
  let certificate: string
  let pki: Pki
  let nats: Temporary<LocalNats>
  let bus: Bus
  let key: UserKey
  let directory: string

  /** As node two asks, with these differences. */
  const connect = (other: Partial<BusConfig> = {}): ReturnType<typeof connectBus> =>
    connectBus({
      ...{ servers: `tls://127.0.0.1:${nats.server.port}`, ca: pki.ca, keySeed: key.seed, name: 'two' },
      ...{ inboxPrefix: subjects.inbox, timeoutMilliseconds: 2_000, ...other },
    })
  const letIn = (keys: readonly UserKey[]): void =>
    setNatsNodes(
      directory,
      keys.map(({ publicKey }) => ({ subjects: subjects.all, publicKey })),
    )
  /** The server reads its configuration a moment after it was told to. */
  const connected = (): Promise<Bus> =>
    until('node two is let in', async () => {
      const answer = await connect()
      return E.isRight(answer) && answer.right
    })

  before(async () => {
    home = await mkdtemp(join(tmpdir(), 'periplus-joined-'))
    pki = await ensurePki({ home, clock: systemClock })
    await pki.peer('nats', 'nats', ['127.0.0.1'])
    certificate = join(home, 'pki/nats.pem')
    nats = await temporaryNats({ nodeSubjects: nodeSubjects('one').all, certificate })
    directory = nats.directory
    bus = right(await connectBus({ ...nats.server, name: 'control-plane' }))
    right(await jetStreamEventLog(bus, { cluster: 'test' }))
    key = newUserKey()
  })
  after(async () => {
    await bus.close()
    await nats.dispose()
    await rm(home, { recursive: true })
  })

  it('are nobody before they are let in', async () => assert.ok(E.isLeft(await connect())))

  it('reach NATS encrypted, with a key of their own, and have the rights of that node alone', async () => {
    letIn([key])
    const node = await connected()
    const heard: string[] = []
    const listening = ['periplus.nodes.>', 'objects.>'].map(subject =>
      bus.subscribe(subject, message => heard.push(message.subject)),
    )
    // Which is told to nodes that read nothing else.
    right(await ensureNodeFeed(bus, 1))
    for (const subject of ['told.all', 'told.to.two.>']) node.subscribe(subject, message => heard.push(message.subject))
    right(await node.jetstream.state('OBJECTS'))
    await bus.jetstream.publish({ subject: 'nodes.all', headers: [], data: Buffer.from('{}') })
    right(await bus.jetstream.state('OBJECTS'))
    for (const subject of [subjects.commands, nodeSubjects('one').commands, 'objects.core.pods.default.web'])
      node.publish(subject, Buffer.from('{}'))
    for (const one of [node, bus]) right(await one.jetstream.state('OBJECTS'))
    for (const one of listening) one.close()
    assert.deepEqual(
      heard.filter(subject => !subject.startsWith(subjects.inbox)),
      [subjects.commands],
    )
    // The log is read over a connection of its own.
    const log = right(await jetStreamEventLog(node, { cluster: 'test' }))
    const read = []
    for await (const batch of log.range(1, 1)) read.push(...batch)
    assert.deepEqual(read, [])
    await node.close()
  })

  it('do not speak to a server that the authority does not know, or without encryption', async () => {
    const stranger = await ensurePki({ home: await mkdtemp(join(home, 'other-')), clock: systemClock })
    assert.ok(E.isLeft(await connect({ ca: stranger.ca })))
    const plain = await temporaryNats({ nodeSubjects: subjects.all })
    assert.ok(E.isLeft(await connect({ servers: `tls://127.0.0.1:${plain.server.port}` })))
    await plain.dispose()
  })

  it('are let in by their key and nobody else’s', async () => {
    assert.ok(E.isLeft(await connect({ keySeed: newUserKey().seed })))
  })

  it('are let in again by a server that was started again', async () => {
    await nats.server.kill()
    await nats.restart()
    await (await connected()).close()
  })

  it('have no right to the log where nodes read what concerns them, and each one to its own feed alone', async () => {
    const { ca } = pki
    const fed = await temporaryNats({ nodeSubjects: nodeSubjects('one').all, certificate, nodesReadFeeds: true })
    const control = right(await connectBus({ ...fed.server, name: 'control-plane' }))
    const log = right(await jetStreamEventLog(control, { cluster: 'test' }))
    right(await ensureNodeFeed(control, 1))
    for (const name of ['one', 'two'])
      right(await control.jetstream.offer(nodeFeedStream, { name, subjects: nodeFeedSubjectsOf(name), from: 1 }))
    setNatsNodes(fed.directory, [{ subjects: subjects.all, publicKey: key.publicKey }])
    const node = await until('node two is let in', async () => {
      const answer = await connect({ servers: `tls://127.0.0.1:${fed.server.port}`, ca })
      return E.isRight(answer) && answer.right
    })
    const asks = async (subject: string): Promise<boolean> =>
      E.isRight(await node.request(subject, Buffer.from('{"batch":1,"no_wait":true}'), { timeoutMilliseconds: 200 }))
    const heard: string[] = []
    for (const subject of ['told.>', 'told.all', 'told.to.>', 'told.to.one.>', 'told.to.two.>'])
      node.subscribe(subject, message => heard.push(message.subject))
    assert.ok(await asks(`$JS.API.CONSUMER.MSG.NEXT.${nodeFeedStream}.two`), 'its own feed')
    for (const subject of ['all', 'to.one.core.pods.a.web', 'to.two.core.pods.a.web'])
      await control.jetstream.publish({ subject: `nodes.${subject}`, headers: [], data: Buffer.from('{}') })
    await until('it is told', () => heard.includes('told.to.two.core.pods.a.web'))
    assert.deepEqual(heard.toSorted(), ['told.all', 'told.to.two.core.pods.a.web'])
    assert.ok(!(await asks(`$JS.API.CONSUMER.MSG.NEXT.${nodeFeedStream}.one`)), "another's feed")
    for (const verb of ['STREAM.INFO', 'STREAM.MSG.GET', 'CONSUMER.CREATE'])
      for (const stream of ['OBJECTS', 'OBJ_OBJECTS', nodeFeedStream])
        assert.ok(!(await asks(`$JS.API.${verb}.${stream}`)), `${verb} ${stream}`)
    assert.ok(E.isRight(await log.bounds()))
    await node.close()
    await control.close()
    await fed.dispose()
  })

  it('lose their connection when they are no longer nodes, and come back no more', async () => {
    const node = await connected()
    const lost = new Promise<void>(resolve => void node.onStatus(status => void (status === 'connected' || resolve())))
    letIn([])
    await lost
    await node.close()
    assert.ok(E.isLeft(await connect()))
  })
})
