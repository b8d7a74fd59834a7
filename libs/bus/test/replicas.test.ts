import assert from 'node:assert/strict'
import { connect } from 'nats'
import { jetstreamManager } from '@nats-io/jetstream'
import { E } from '@periplus/prelude'
import { connectBus, stepDown } from '../src/index.ts'
import type { Bus, StreamSettings } from '../src/index.ts'
import { natsCluster } from './nats-cluster.ts'
import type { NatsCluster } from './nats-cluster.ts'

const settings = (name: string, replicas: 1 | 3): StreamSettings => ({
  ...{ name, subjects: [`${name}.>`], replicas, maxAgeMilliseconds: 0, maxBytes: -1 },
  ...{ duplicateWindowMilliseconds: 120_000, rollup: true, denyDelete: true, durability: 'synced' },
})

describe('a stream in a NATS cluster', function () {
  this.timeout(120_000)
  let cluster: NatsCluster
  let bus: Bus
  const replicas = async (name: string): Promise<number> => {
    const connection = await connect({ servers: [...cluster.servers] })
    const { config } = await (await jetstreamManager(connection)).streams.info(name)
    await connection.close()
    return config.num_replicas
  }
  const ensure = async (name: string, wanted: 1 | 3): Promise<number> => {
    const made = await bus.jetstream.ensure(settings(name, wanted))
    assert.ok(E.isRight(made), E.isLeft(made) ? made.left.message : '')
    return replicas(name)
  }

  before(async () => {
    cluster = await natsCluster()
    const connected = await connectBus({ servers: cluster.servers, name: 'test' })
    assert.ok(E.isRight(connected))
    bus = connected.right
    // Three servers take a moment to know each other.
    while (E.isLeft(await bus.jetstream.ensure(settings('FORMED', 3))));
  })
  after(async () => {
    await bus.close()
    await cluster.dispose()
  })

  it('keeps its replicas where a process asks for fewer', async () => {
    assert.equal(await ensure('THREE', 3), 3)
    assert.equal(await ensure('THREE', 1), 3)
  })

  it('keeps them where another setting is brought right', async () => {
    assert.equal(await ensure('MORE', 3), 3)
    const made = await bus.jetstream.ensure({ ...settings('MORE', 1), maxBytes: 1_000_000 })
    assert.ok(E.isRight(made))
    assert.equal(await replicas('MORE'), 3)
  })

  it('is made of what need not be synced, too, which one server alone may keep unsynced', async () => {
    const made = await bus.jetstream.ensure({ ...settings('LOOSE', 3), rollup: false, durability: 'eventual' })
    assert.ok(E.isRight(made), E.isLeft(made) ? made.left.message : '')
    assert.equal(await replicas('LOOSE'), 3)
  })

  it('gets more of them where they are asked for', async () => {
    assert.equal(await ensure('ONE', 1), 1)
    assert.equal(await ensure('ONE', 3), 3)
  })

  it('is told of by whoever leads it, at whichever server one listens, in its order', async () => {
    const republish = { source: 'SAID.>', destination: 'heard.>' }
    assert.ok(E.isRight(await bus.jetstream.ensure({ ...settings('SAID', 3), republish })))
    const listeners = await Promise.all(
      cluster.servers.map(async servers => {
        const connected = await connectBus({ servers, name: 'listener' })
        assert.ok(E.isRight(connected))
        const heard: string[] = []
        connected.right.subscribe('heard.>', ({ data }) => heard.push(Buffer.from(data).toString()))
        return { heard, close: () => connected.right.close() }
      }),
    )
    const say = async (text: string): Promise<boolean> => {
      const answer = await bus.jetstream.publish({ subject: 'SAID.a', headers: [], data: Buffer.from(text) })
      return answer.tag === 'Stored'
    }
    /** Interest takes a moment to get to the leader, and what is said before is lost. */
    const all = async (text: string): Promise<void> => {
      for (let i = 0; !listeners.every(({ heard }) => heard.some(one => one.startsWith(text))); i++)
        await say(`${text} ${i}`)
    }
    await all('first')
    assert.ok(E.isRight(await stepDown(bus, 'SAID')))
    await all('second')
    for (const { heard, close } of listeners) {
      const numbers = heard.filter(one => one.startsWith('second')).map(one => Number(one.split(' ')[1]))
      assert.deepEqual(
        numbers,
        [...numbers].sort((one, other) => one - other),
        'in order',
      )
      await close()
    }
  })

  it('does not say of a message that is on its way already that it was refused', async () => {
    assert.equal(await ensure('TWICE', 3), 3)
    const publish = (id: string) =>
      bus.jetstream.publish({ subject: 'TWICE.x', headers: [['Nats-Msg-Id', id]], data: Buffer.from(id) })
    const ids = Array.from({ length: 50 }, (_, i) => `id-${i}`)
    const answers = await Promise.all([...ids, ...ids].map(publish))
    assert.deepEqual(
      answers.filter(({ tag }) => tag === 'Refused'),
      [],
    )
    assert.ok(answers.some(({ tag }) => tag === 'Unknown'))
    const again = await Promise.all(ids.map(publish))
    assert.ok(again.every(answer => answer.tag === 'Stored' && answer.duplicate))
  })
})
