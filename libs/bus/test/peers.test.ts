import assert from 'node:assert/strict'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { connectBus, removeServer, replacePeer, setReplicas, stepDown } from '../src/index.ts'
import type { Bus, BusRefusal, StreamCopies, StreamSettings } from '../src/index.ts'
import { natsCluster, systemUser } from './nats-cluster.ts'
import type { NatsCluster } from './nats-cluster.ts'

const stream: StreamSettings = {
  ...{ name: 'KEPT', subjects: ['kept.>'], replicas: 1, maxAgeMilliseconds: 0, maxBytes: -1 },
  ...{ duplicateWindowMilliseconds: 120_000, rollup: true, denyDelete: true, durability: 'synced' },
}

describe('servers of a NATS cluster that come and go', function () {
  this.timeout(120_000)
  let cluster: NatsCluster
  let bus: Bus
  let system: Bus

  const connected = async (login = {}): Promise<Bus> => {
    const made = await connectBus({ servers: cluster.servers, name: 'test', ...login })
    assert.ok(E.isRight(made))
    return made.right
  }
  const right = <A>(answer: Either<BusRefusal, A>): A => {
    assert.ok(E.isRight(answer), E.isLeft(answer) ? answer.left.message : '')
    return answer.right
  }
  /** What they say once one of them leads: while they choose one, as when the last one went, nobody answers. */
  const answered = async <A>(ask: () => Promise<Either<BusRefusal, A>>): Promise<Either<BusRefusal, A>> => {
    for (;;) {
      const answer = await ask()
      if (E.isRight(answer) || answer.left.tag !== 'Unavailable') return answer
    }
  }
  /** Asks until it is so; the test's time is the patience. */
  const copiesWhere = async (holds: (copies: StreamCopies) => boolean, name = 'KEPT'): Promise<StreamCopies> => {
    for (;;) {
      const copies = await bus.jetstream.copies(name)
      if (E.isRight(copies) && holds(copies.right)) return copies.right
    }
  }
  const keepers = ({ leader = '', others }: StreamCopies): readonly string[] =>
    [leader, ...others.map(({ name }) => name)].sort()
  const areCurrent = ({ leader, others }: StreamCopies): boolean =>
    leader !== undefined && others.length === 2 && others.every(({ current }) => current)

  before(async () => {
    cluster = await natsCluster(['a', 'b', 'c', 'd'])
    bus = await connected()
    system = await connected(systemUser)
    // Servers take a moment to know each other.
    while (E.isLeft(await bus.jetstream.ensure(stream)));
    for (let n = 0; n < 10; n++)
      await bus.jetstream.publish({ subject: 'kept.one', headers: [], data: Buffer.from(String(n)) })
  })
  after(async () => {
    for (const one of [bus, system]) await one.close()
    await cluster.dispose()
  })

  it('are given a stream that fewer kept', async () => {
    right(await setReplicas(bus, 'KEPT', 3))
    await copiesWhere(areCurrent)
    assert.equal(right(await bus.jetstream.copies('KEPT')).wanted, 3)
  })

  it('are led by another one when the leader steps down', async () => {
    const { leader } = await copiesWhere(areCurrent)
    right(await stepDown(bus, 'KEPT'))
    await copiesWhere(copies => copies.leader !== undefined && copies.leader !== leader)
  })

  it('are read one by one, each of what it holds itself', async () => {
    right(await bus.jetstream.ensure({ ...stream, name: 'READ', subjects: ['read.>'], replicas: 3 }))
    for (let n = 0; n < 10; n++)
      await bus.jetstream.publish({ subject: 'read.one', headers: [], data: Buffer.from('') })
    for (const copyOf of keepers(await copiesWhere(areCurrent, 'READ'))) {
      const sequences: number[] = []
      for await (const messages of bus.jetstream.read({ stream: 'READ', from: 3, to: 9, copyOf }))
        sequences.push(...messages.map(({ sequence }) => sequence))
      assert.deepEqual(sequences, [3, 4, 5, 6, 7, 8, 9], copyOf)
    }
    const nowhere = bus.jetstream.read({ stream: 'READ', from: 1, to: 9, copyOf: 'nobody' })
    await assert.rejects(nowhere.next(), /no consumer of READ comes to be on nobody/)
  })

  it('keep a stream in the place of one that goes, with all that is in it', async () => {
    const before = await copiesWhere(areCurrent)
    const [goes = ''] = before.others.map(({ name }) => name)
    right(await answered(() => replacePeer(bus, 'KEPT', goes)))
    const after = await copiesWhere(copies => areCurrent(copies) && !keepers(copies).includes(goes))
    const spare = ['a', 'b', 'c', 'd'].find(name => !keepers(before).includes(name))
    assert.ok(keepers(after).includes(spare ?? ''))
    right(await answered(() => removeServer(system, goes)))
    right(await answered(() => removeServer(system, goes)))
    assert.equal(right(await answered(() => bus.jetstream.state('KEPT'))).messages, 10)
    await cluster.kill(goes)
  })

  it('refuse to let one go where none can take its place', async () => {
    const { others } = await copiesWhere(areCurrent)
    const refused = await answered(() => replacePeer(bus, 'KEPT', others[0]?.name ?? ''))
    assert.ok(E.isLeft(refused))
    assert.equal(refused.left.tag, 'Rejected')
  })
})
