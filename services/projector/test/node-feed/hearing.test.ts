import assert from 'node:assert/strict'
import { createServer, connect as connectSocket } from 'node:net'
import type { AddressInfo, Server, Socket } from 'node:net'
import { setImmediate as turn } from 'node:timers/promises'
import { connectBus } from '@periplus/bus'
import type { Message } from '@periplus/bus'
import { askForNodeFeed, nodeFeedStream, readNodeFeed, storedOfTold } from '@periplus/log'
import type { FollowNodeFeed } from '@periplus/log'
import { seededRandom } from '@periplus/prelude'
import { concerns } from '@periplus/projection'
import { right } from '../feed/right.ts'
import { configMap, feedSuite, one, onOne, pod, service } from './feed-suite.ts'
import { shown, wanted } from './shown.ts'

/** A way to a server that can be cut. */
const proxy = async (port: number): Promise<{ readonly server: Server; readonly servers: string; cut(): void }> => {
  const sockets = new Set<Socket>()
  const server = createServer(near => {
    const far = connectSocket(port, '127.0.0.1')
    for (const [socket, other] of [[near, far] as const, [far, near] as const]) {
      sockets.add(socket)
      socket.on('error', () => socket.destroy()).on('close', () => (sockets.delete(socket), other.destroy()))
      socket.pipe(other)
    }
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const cut = (): void => sockets.forEach(socket => socket.destroy())
  return { server, servers: `127.0.0.1:${(server.address() as AddressInfo).port}`, cut }
}

describe('a node that has read its feed, and hears what comes', function () {
  this.timeout(60_000)
  const suite = feedSuite()
  const { write, writer, reader, agrees } = suite
  const ip = (n: number) => ({ spec: { clusterIP: `10.0.0.${n}` } })

  /** The node's connection, deaf to what this holds of. */
  const deaf = (isDeaf: (message: Message) => boolean): FollowNodeFeed['bus'] => ({
    jetstream: suite.node.jetstream,
    onStatus: listener => suite.node.onStatus(listener),
    subscribe: (subject, handler, options) =>
      suite.node.subscribe(subject, message => void (isDeaf(message) || handler(message)), options),
  })
  const consumers = async (): Promise<number> => {
    const { servers, user, password } = suite.nats.server
    const anybody = right(await connectBus({ servers, user, password, name: 'all' }))
    const told = right(await anybody.request(`$JS.API.STREAM.INFO.${nodeFeedStream}`, new Uint8Array()))
    await anybody.close()
    return (JSON.parse(Buffer.from(told).toString()) as { readonly state: { readonly consumer_count: number } }).state
      .consumer_count
  }
  /** Until a node asks that has heard that it missed something. */
  const askedAfter = async (asked: number): Promise<void> => {
    while (suite.asked === asked) await turn()
  }

  it('needs no consumer any more', async () => {
    writer()
    const read = await reader()
    await write(service('web'), ip(1))
    await agrees(read)
    const { asked } = suite
    while ((await consumers()) > 0) await new Promise(resolve => setTimeout(resolve, 200))
    for (let i = 0; i < 50; i++) await write(i % 2 ? configMap('c') : service('web'), i % 2 ? { data: { i } } : ip(i))
    await write(pod('web'), onOne('c'))
    await agrees(read)
    assert.deepEqual([await consumers(), suite.asked], [0, asked])
  })

  it('goes on with another writer, who knows what was told by what is there', async () => {
    const first = writer()
    const read = await reader()
    await write(pod('web'), onOne('c'))
    await agrees(read)
    await first.stop()
    const { asked } = suite
    for (let i = 0; i < 5; i++) {
      const writing = writer()
      await write(configMap('c'), { data: { writer: String(i) } })
      await agrees(read)
      await write(service('web'), ip(i))
      await write(configMap('c'), { data: { writer: `still ${i}` } })
      await agrees(read)
      await writing.stop()
    }
    assert.equal(suite.asked, asked)
  })

  const kinds: readonly (readonly [string, (message: Message) => boolean])[] = [
    ['all nodes are told', ({ subject }) => subject === 'told.all'],
    ['it alone is told', ({ subject }) => subject.startsWith('told.to.one.')],
    ['is told', () => true],
  ]
  for (const [what, isOf] of kinds)
    it(`finds with the next message that it has missed what ${what}, and asks for it`, async () => {
      let isDeaf = false
      let missed = 0
      writer()
      const read = await reader(deaf(message => isDeaf && isOf(message) && ++missed > 0))
      await write(pod('web'), onOne('c'))
      await agrees(read)
      const { asked } = suite
      isDeaf = true
      const seen = read.cut.sequence
      await write(configMap('c'), { data: { missed: what } })
      await write(service('missed'), ip(1))
      while (missed === 0) await turn()
      isDeaf = false
      await write(service('heard'), ip(2))
      await askedAfter(asked)
      await agrees(read)
      assert.ok(read.cut.sequence > seen)
    })

  it('is what concerns it whenever it is told how far the log is, though every third message is lost on the way', async () => {
    const random = seededRandom(1)
    const truths = new Map<number, ReturnType<typeof shown>>()
    const note = (): void => {
      const { cut } = suite.running
      truths.set(cut.sequence, wanted(concerns('one', cut).objects))
    }
    note()
    const unsubscribe = suite.running.cut.subscribe(note)
    writer()
    const read = await reader(deaf(() => random() < 1 / 3))
    await agrees(read)
    const { asked } = suite
    const seen: (readonly [number, ReturnType<typeof shown>])[] = []
    read.cut.subscribe(() => seen.push([read.cut.sequence, shown(read.cut)]))
    for (let i = 0; i < 150; i++) {
      const name = `${i % 3}`
      if (i % 5 === 0) await write(service(name), ip(i))
      else if (i % 7 === 0) await write(pod(name), i % 2 ? onOne(name) : { spec: { nodeName: 'two', containers: [] } })
      else await write(configMap(name), { data: { i: String(i) } })
      // Longer than what comes together is told together.
      await new Promise(resolve => setTimeout(resolve, 15))
    }
    await agrees(read)
    for (const [sequence, objects] of seen) assert.deepEqual(objects, truths.get(sequence), `at ${sequence}`)
    assert.ok(seen.length > 5 && suite.asked > asked, `${seen.length} seen, ${suite.asked - asked} times asked`)
    unsubscribe()
  })

  it('is told by its connection’s return that something may be missing, and asks for that where nothing comes', async () => {
    const { server, servers, cut } = await proxy(suite.nats.server.port)
    const { node } = suite.nats.server.users
    const bus = right(await connectBus({ servers, ...node, name: 'node', inboxPrefix: one.inbox }))
    const writing = writer()
    const read = await reader(bus)
    await write(pod('web'), onOne('c'))
    await agrees(read)
    for (let i = 0; i < 3; i++) {
      cut()
      for (let n = 0; n < 20; n++) await write(configMap('c'), { data: { cut: `${i} ${n}` } })
      await agrees(read)
    }
    await read.close()
    await writing.stop()
    await bus.close()
    server.close()
  })

  it('believes nothing that comes otherwise, and nobody hears what others are told', async () => {
    const { servers, user, password } = suite.nats.server
    const anybody = right(await connectBus({ servers, user, password, name: 'all' }))
    writer()
    const read = await reader()
    await write(pod('web'), onOne('c'))
    await agrees(read)
    const heard: Message[] = []
    for (const bus of [suite.node, anybody]) bus.subscribe('told.all', message => heard.push({ ...message }))
    anybody.subscribe('told.to.two.>', message => heard.push({ ...message }))
    const foreign: string[] = []
    for (const subject of ['told.>', 'told.to.>', 'told.to.two.>'])
      suite.node.subscribe(subject, message => foreign.push(message.subject))
    right(await askForNodeFeed(suite.node, one.feed)(1))
    const { asked } = suite
    for (const reply of ['told.all', 'told.to.two.core.pods.a.web', 'told.to.one.core.pods.a.web']) {
      const next = `$JS.API.CONSUMER.MSG.NEXT.${nodeFeedStream}.one`
      suite.node.publish(next, Buffer.from('{"batch":3,"no_wait":true}'), reply)
      suite.node.publish('$JS.API.STREAM.INFO.LOGS', new Uint8Array(), reply)
      suite.node.publish(one.feed, Buffer.from('{"from":1}'), reply)
      for (const bus of [suite.node, suite.control, anybody]) bus.publish(reply, Buffer.from('forged'))
    }
    const isOfStream = ({ reply }: Message): boolean => reply.startsWith('$JS.ACK.')
    while (heard.filter(isOfStream).length < 6) await turn()
    await write(service('later'), ip(3))
    await agrees(read)
    assert.ok(!heard.some(({ data }) => data.toString() === 'forged'), 'nobody may publish there')
    assert.ok(
      heard.some(({ data, reply }) => reply === '' && Buffer.from(data).toString().startsWith('{')),
      'an answer',
    )
    assert.deepEqual(
      heard.filter(isOfStream).flatMap(message => storedOfTold(message) ?? []),
      [],
    )
    const believed = heard.flatMap(message => storedOfTold(message) ?? [])
    assert.ok(believed.length > 0 && believed.every(message => readNodeFeed(message)?.audience.tag === 'All'))
    assert.deepEqual([foreign, suite.asked], [[], asked])
    await anybody.close()
  })
})
