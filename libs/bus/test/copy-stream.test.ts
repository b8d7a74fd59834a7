import assert from 'node:assert/strict'
import { E } from '@periplus/prelude'
import { temporaryNats } from '@periplus/service'
import type { LocalNats, Temporary } from '@periplus/service'
import { connectBus, copyStream } from '../src/index.ts'
import type { Bus, BusConfig, StoredMessage, StreamSettings } from '../src/index.ts'
import { natsCluster } from './nats-cluster.ts'
import type { NatsCluster } from './nats-cluster.ts'

const settings = (name: string, durability: StreamSettings['durability']): StreamSettings => ({
  ...{ name, subjects: [`${name}.>`], replicas: 1, maxAgeMilliseconds: 0, maxBytes: -1 },
  ...{ duplicateWindowMilliseconds: 120_000, rollup: true, denyDelete: true, durability },
})

const connected = async (config: Omit<BusConfig, 'name'>): Promise<Bus> => {
  const bus = await connectBus({ ...config, name: 'test' })
  assert.ok(E.isRight(bus))
  return bus.right
}

describe('a stream of one server, copied to a cluster of three', function () {
  this.timeout(120_000)
  let single: Temporary<LocalNats>
  let cluster: NatsCluster
  let from: Bus
  let to: Bus

  const all = async (bus: Bus, stream: string): Promise<readonly StoredMessage[]> => {
    const state = await bus.jetstream.state(stream)
    assert.ok(E.isRight(state))
    const messages: StoredMessage[] = []
    for await (const batch of bus.jetstream.read({ stream, from: 1, to: state.right.lastSequence }))
      messages.push(...batch.map(message => ({ ...message, data: Buffer.from(message.data) })))
    return messages
  }
  const write = async (subject: string, headers: readonly (readonly [string, string])[], size = 2_000) => {
    const answer = await from.jetstream.publish({ subject, headers, data: Buffer.alloc(size, subject) })
    assert.equal(answer.tag, 'Stored')
  }
  const copy = (stream: string) =>
    copyStream(from, to, stream, ({ persist_mode: _, ...config }) => ({ ...config, num_replicas: 3 }))

  before(async () => {
    single = await temporaryNats()
    const { servers, user, password } = single.server
    from = await connected({ servers, user, password })
    cluster = await natsCluster()
    to = await connected({ servers: cluster.servers })
    while (E.isLeft(await to.jetstream.ensure({ ...settings('FORMED', 'synced'), replicas: 3 })));
  })
  after(async () => {
    await Promise.all([from, to].map(bus => bus.close()))
    await cluster.dispose()
    await single.dispose()
  })

  it('has the same messages at the same sequences, with the gaps that rollups left', async () => {
    assert.ok(E.isRight(await from.jetstream.ensure({ ...settings('LOG', 'synced'), metadata: { watermark: '7' } })))
    for (let n = 0; n < 600; n++) {
      await write(`LOG.${n}`, [['ce-id', String(n)]])
      if (n % 3 === 0) await write('LOG.lease', [['Nats-Rollup', 'sub']])
    }
    const copied = await copy('LOG')
    assert.ok(E.isRight(copied), E.isLeft(copied) ? copied.left.message : '')
    const [before, after] = [await all(from, 'LOG'), await all(to, 'LOG')]
    assert.equal(copied.right.messages, 601)
    assert.deepEqual(after, before)
    const made = await to.jetstream.state('LOG')
    assert.deepEqual(E.isRight(made) && made.right.metadata['watermark'], '7')
  })

  it('may be kept otherwise: what was not synced one by one on one server is on three', async () => {
    assert.ok(E.isRight(await from.jetstream.ensure(settings('LINES', 'eventual'))))
    for (let n = 0; n < 10; n++) await write('LINES.a', [])
    const copied = await copy('LINES')
    assert.ok(E.isRight(copied), E.isLeft(copied) ? copied.left.message : '')
    assert.deepEqual(await all(to, 'LINES'), await all(from, 'LINES'))
  })

  it('is refused where there is one of that name, and where there is none to copy', async () => {
    const again = await copy('LINES')
    assert.match(E.isLeft(again) ? again.left.message : '', /name already in use/)
    const none = await copy('NONE')
    assert.match(E.isLeft(none) ? none.left.message : '', /stream not found/)
  })
})
