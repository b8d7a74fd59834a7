import assert from 'node:assert/strict'
import { E } from '@periplus/prelude'
import type { Bus } from '@periplus/bus'
import { feedPlace, feedStream, feedSubjectOf, sequenceOf, subjectsOf } from '@periplus/log'
import { writeFeedConfiguration } from '@periplus/service'
import type { FeedReader } from '@periplus/service'
import { api, outsider } from './outsider.ts'
import type { Outsider } from './outsider.ts'
import { right } from './right.ts'
import { feedWorld } from './world.ts'
import type { FeedWorld } from './world.ts'

const everything = right(subjectsOf({}))
const deployments = { group: 'apps', resource: 'deployments', namespaced: true }
const readers: readonly FeedReader[] = [
  { name: 'all', password: 'of-all', subjects: everything },
  { name: 'again', password: 'of-again', subjects: everything },
  { name: 'shop', password: 'of-shop', subjects: right(subjectsOf({ only: [deployments], namespace: 'shop' })) },
]

describe('the feed of those outside', function () {
  this.timeout(60_000)
  let world: FeedWorld
  let bus: Bus
  before(async () => {
    world = await feedWorld()
    bus = world.bus
  })
  const present: Outsider[] = []
  const outsiderOf = async (reader: FeedReader): Promise<Outsider> => {
    const one = await outsider(world.server.server, reader)
    present.push(one)
    return one
  }
  after(async () => {
    for (const one of present) await one.bus.close()
    await world.close()
  })

  const { append, writer, written, letIn } = {
    append: (...args: Parameters<FeedWorld['append']>) => world.append(...args),
    writer: (mostBytes?: number) => world.writer(mostBytes),
    written: (to: number) => world.written(to),
    letIn: () => world.letIn(readers),
  }

  it('has every event once and in order, but nothing of Secrets, of what is sealed, and of heartbeats', async () => {
    const kept: number[] = [await append('pods', 'a')]
    await append('secrets', 'key')
    await append('widgets', 'sealed')
    await append('pods', 'sealed', { sealed: 'v1' })
    await append('leases', 'beat', { rollup: true })
    const writing = writer()
    kept.push(await append('deployments', 'web'), await append('pods', 'b'))
    const messages = await written(kept.at(-1) ?? 0)
    await writing.stop()
    assert.deepEqual(messages.map(sequenceOf), kept)
    assert.deepEqual(
      messages.map(({ subject }) => subject),
      ['events.core.pods.shop.a', 'events.apps.deployments.shop.web', 'events.core.pods.shop.b'],
    )
    assert.match(messages[1]?.headers ?? '', /^ce-type: io\.periplus\.object\.created\.v1\r$/m)
    assert.doesNotMatch(messages[1]?.headers ?? '', /ce-(digest|admission|previous)/)
  })

  it('goes on where it was left, and two copies write no event twice', async () => {
    const before = right(await feedPlace(bus)).last
    const copies = [writer(), writer()]
    const sequences: number[] = []
    for (let i = 0; i < 300; i++) sequences.push(await append('pods', `many-${i}`))
    const messages = await written(sequences.at(-1) ?? 0)
    for (const copy of copies) await copy.stop()
    assert.deepEqual(messages.slice(before).map(sequenceOf), sequences)
    const again = writer()
    const last = await append('pods', 'after')
    assert.deepEqual((await written(last)).slice(before).map(sequenceOf), [...sequences, last])
    await again.stop()
  })

  it('is read by somebody outside, who goes on where he was or anywhere before', async () => {
    await letIn()
    const one = await outsiderOf(readers[0]!)
    const first = await one.readUntil(body => body.includes('"after"'))
    assert.equal(first.length, 304)
    const writing = writer()
    await append('pods', 'later')
    assert.equal((await one.readUntil(body => body.includes('"later"'))).length, 1)
    await one.bus.close()
    await append('pods', 'while away')
    const back = await outsiderOf(readers[0]!)
    assert.equal((await back.readUntil(body => body.includes('"while away"'))).length, 1)
    await back.resetTo(304)
    assert.equal((await back.readUntil(body => body.includes('"while away"'))).length, 3)
    await back.bus.close()
    await writing.stop()
  })

  it('gives somebody who may read deployments of one namespace those and no others', async () => {
    const writing = writer()
    await append('deployments', 'other', {
      ref: { group: 'apps', resource: 'deployments', namespace: 'else', name: 'other' },
    })
    await append('deployments', 'last')
    const one = await outsiderOf(readers[2]!)
    const read = await one.readUntil(body => body.includes('"last"'))
    assert.deepEqual(
      read.map(body => (JSON.parse(body) as { metadata: { name: string } }).metadata.name),
      ['web', 'last'],
    )
    await one.bus.close()
    await writing.stop()
  })

  it('lets somebody outside do nothing but read, nor have the server answer into streams', async () => {
    const one = await outsiderOf(readers[2]!)
    const before = right(await bus.jetstream.state(feedStream))
    const { api: _, ...wishes } = {
      api,
      create: `$JS.API.CONSUMER.CREATE.${feedStream}.own`,
      createHere: `${api}.CONSUMER.CREATE.${feedStream}.own`,
      message: `${api}.STREAM.MSG.GET.${feedStream}`,
      stream: `${api}.STREAM.INFO.${feedStream}`,
      purge: `${api}.STREAM.PURGE.${feedStream}`,
      others: `${api}.CONSUMER.MSG.NEXT.${feedStream}.all`,
      place: `${api}.CONSUMER.RESET.${feedStream}.all`,
      remove: `${api}.CONSUMER.DELETE.${feedStream}.shop`,
      write: 'events.apps.deployments.shop.web',
    }
    for (const [wish, subject] of Object.entries(wishes)) {
      const answer = await one.bus.request(subject, Buffer.from('{"seq":1}'), { timeoutMilliseconds: 100 })
      assert.ok(E.isLeft(answer), wish)
    }
    await one.resetTo(1)
    for (const question of ['INFO', 'MSG.NEXT'])
      one.bus.publish(
        `${api}.CONSUMER.${question}.${feedStream}.shop`,
        Buffer.from(''),
        'events.apps.deployments.shop.web',
      )
    one.bus.publish(`$JS.ACK.${feedStream}.shop.1.1.1.1.0`, new Uint8Array(), 'events.apps.deployments.shop.web')
    await one.readUntil(body => body.includes('"last"'))
    const { messages, lastSequence } = right(await bus.jetstream.state(feedStream))
    assert.deepEqual([messages, lastSequence], [before.messages, before.lastSequence])
    const connections = await Promise.all([1, 2, 3, 4].map(() => outsiderOf(readers[2]!).then(E.right, E.left)))
    assert.equal(connections.filter(E.isRight).length, 3, 'four connections are the most')
    for (const made of connections) if (E.isRight(made)) await made.right.bus.close()
    await one.bus.close()
  })

  it('lets the oldest events go, keeps the newest of each object that lives, and tells who missed some', async () => {
    const again = await outsiderOf(readers[1]!)
    await again.readUntil(body => body.includes('"a"'))
    const most = 128 * 1024
    const filling = 'x'.repeat(4 * 1024)
    const writing = writer(most)
    const body = (name: string, i: number) =>
      Buffer.from(JSON.stringify({ metadata: { name, uid: `configmaps-${name}`, i, filling } }))
    await append('deployments', 'web', { type: 'deleted' })
    let last = 0
    for (let i = 0; i < 200; i++) last = await append('configmaps', 'hot', { body: body('hot', i) })
    await written(last)
    await writing.stop()
    const { bytes, firstSequence } = right(await bus.jetstream.state(feedStream))
    assert.ok(bytes < 2 * most && firstSequence > 1, `${bytes} from ${firstSequence}`)
    const messages = await written(last)
    const newest = new Map(
      messages.filter(({ subject }) => subject.startsWith('events.')).map(one => [one.subject, sequenceOf(one)]),
    )
    const living = world.cut
      .resources()
      .filter(({ resource }) => !['secrets', 'widgets', 'leases'].includes(resource))
      .flatMap(({ group, resource }) => world.cut.entries(group, resource))
      .filter(({ ref }) => ref.name !== 'sealed')
    assert.ok(living.length > 300)
    for (const { ref, sequence } of living) assert.equal(newest.get(feedSubjectOf(ref)), sequence, ref.name)
    assert.ok(!newest.has('events.apps.deployments.shop.web'))
    const notices = messages.filter(({ subject }) => subject === 'notices.again')
    assert.match(notices[0]?.headers ?? '', /^ce-type: io\.periplus\.feed\.begin-anew\.v1\r$/m)
    const isAnew = (read: string): boolean => read === ''
    assert.ok((await again.readUntil(isAnew)).length > 0, 'it is given the notice')
    await again.bus.close()
  })

  it('gives a reader other subjects, and lets it go on where it was', async () => {
    const place = right(await bus.jetstream.readers(feedStream)).get('again')?.place
    assert.ok(place)
    const subjects = right(subjectsOf({ only: [deployments] }))
    right(await bus.jetstream.ensureReader(feedStream, { name: 'again', subjects }))
    assert.equal(right(await bus.jetstream.readers(feedStream)).get('again')?.place, place)
    right(await bus.jetstream.ensureReader(feedStream, { name: 'again', subjects: everything }))
  })

  it('is read no more by who was removed, while others go on', async () => {
    const [first, again, shop] = readers as readonly [FeedReader, FeedReader, FeedReader]
    const stays = await outsiderOf(again)
    const goes = await outsiderOf(shop)
    const gone = new Promise<void>(resolve => goes.bus.onStatus(status => status !== 'connected' && resolve()))
    writeFeedConfiguration(world.server.directory, feedStream, { readers: [first, again] })
    await world.reload()
    await gone
    right(await bus.jetstream.removeReader(feedStream, shop.name))
    assert.deepEqual([...right(await bus.jetstream.readers(feedStream)).keys()].toSorted(), ['again', 'all'])
    await stays.resetTo(1)
    assert.ok((await stays.readUntil(body => body.includes('"last"'))).length > 300)
    await stays.bus.close()
    await goes.bus.close()
  })
})
