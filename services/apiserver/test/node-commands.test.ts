import assert from 'node:assert/strict'
import { E, virtualClock } from '@periplus/prelude'
import { nodeSubjects } from '@periplus/runtime'
import { admitNodes } from '../src/node-commands/admit-nodes.ts'
import { listenToNodes, mostOnProbation } from '../src/node-commands/listen-to-nodes.ts'

const limits = {
  seats: 4,
  seatsPerFlow: 2,
  queuePerFlow: 10,
  longestWaitMilliseconds: 1_000,
  ...{ bytesPerFlow: 10_000, questionsPerSecond: 10_000, bytesPerSecond: 50_000_000 },
}
const commandsOf = (node: string): string => nodeSubjects(node).commands
const question = Buffer.from('{}')
/** What has become of a promise by now. */
const settled = async <A>(promise: Promise<A>): Promise<A | undefined> =>
  Promise.race([promise, new Promise<undefined>(resolve => setImmediate(() => resolve(undefined)))])

describe('commands of nodes', () => {
  it('of one that sends without a pause wait for each other, and not those of others for them', async () => {
    const clock = virtualClock(0)
    const admit = admitNodes(clock, limits)
    const flood = Array.from({ length: 1_000 }, () => admit(commandsOf('one'), question))
    const answers = await Promise.all(flood.map(settled))
    const tags = answers.map(answer => (answer === undefined ? 'waits' : E.isLeft(answer) ? answer.left.tag : 'seated'))
    const count = (what: string): number => tags.filter(tag => tag === what).length
    assert.deepEqual([count('seated'), count('waits'), count('TooManyRequests')], [2, 10, 988])
    for (let i = 0; i < 100; i++) {
      const entered = await settled(admit(commandsOf('two'), question))
      assert.ok(entered && E.isRight(entered), 'the other node has a seat at once')
      entered.right()
    }
    // A seat that becomes free is the next in its queue's.
    const [first] = answers
    assert.ok(first && E.isRight(first))
    first.right()
    const third = await settled(flood[2]!)
    assert.ok(third && E.isRight(third))
    // Who waits too long is told to ask again.
    clock.advance(1_001)
    const fourth = await settled(flood[3]!)
    assert.ok(fourth && E.isLeft(fourth) && fourth.left.tag === 'TooManyRequests')
  })

  it('are kept waiting up to so many bytes of each node', async () => {
    const admit = admitNodes(virtualClock(0), limits)
    const long = Buffer.alloc(4_000, ' ')
    const one = [1, 2, 3].map(() => settled(admit(commandsOf('one'), long)))
    const [first, second, third] = await Promise.all(one)
    assert.ok(first && second && third && E.isRight(first) && E.isRight(second))
    assert.ok(E.isLeft(third), 'twelve kilobytes are more than ten')
    const other = await settled(admit(commandsOf('two'), long))
    assert.ok(other && E.isRight(other))
    first.right()
    const again = await settled(admit(commandsOf('one'), long))
    assert.ok(again && E.isRight(again))
  })

  it('are looked at up to so many, and so many bytes, of each node in a second', async () => {
    const clock = virtualClock(0)
    const full: string[] = []
    const admit = admitNodes(clock, { ...limits, bytesPerSecond: 10_000 }, node => full.push(node))
    const tell = async (node: string): Promise<boolean> => {
      const entered = await admit(commandsOf(node), Buffer.alloc(4_000, ' '))
      if (E.isRight(entered)) entered.right()
      return E.isRight(entered)
    }
    assert.deepEqual([await tell('one'), await tell('one'), await tell('one')], [true, true, false])
    assert.deepEqual([await tell('two'), full], [true, ['one']])
    clock.advance(1_000)
    assert.equal(await tell('one'), true)
    const few = admitNodes(clock, { ...limits, questionsPerSecond: 3 })
    const entered = async (): Promise<boolean> => {
      const seat = await few(commandsOf('one'), question)
      if (E.isRight(seat)) seat.right()
      return E.isRight(seat)
    }
    assert.deepEqual([await entered(), await entered(), await entered(), await entered()], [true, true, true, false])
  })

  it('of more values than any object has are refused unread, and keep no seat', async () => {
    const admit = admitNodes(virtualClock(0), { ...limits, bytesPerFlow: 1_000_000 })
    const wide = Buffer.from(`[${'1,'.repeat(60_000)}1]`)
    for (let i = 0; i < 10; i++) {
      const refused = await settled(admit(commandsOf('one'), wide))
      assert.ok(refused && E.isLeft(refused))
      assert.equal(refused.left.tag, 'RequestEntityTooLarge')
    }
  })

  it('on a subject that is no node’s are nobody’s', async () => {
    const answer = await admitNodes(virtualClock(0), limits)('periplus.other', question)
    assert.ok(E.isLeft(answer))
    assert.equal(answer.left.tag, 'Unauthorized')
  })
})

describe('a node that sends more than is kept', () => {
  /** What is listened to, by subject, with how much is taken at most. */
  const world = () => {
    const clock = virtualClock(0)
    const open = new Map<string, { readonly isAside: boolean; readonly most?: number }>()
    const floods: string[] = []
    const order: string[] = []
    const listener = listenToNodes({
      ...{ clock, nodes: () => ['one', 'two', 'three'], onFlood: node => floods.push(node) },
      serve: (subject, taken) => {
        open.set(subject, taken)
        order.push(`+${subject}`)
        return {
          close: () => {
            if (open.get(subject) === taken) open.delete(subject)
            order.push(`-${subject}`)
          },
        }
      },
    })
    return { clock, open, floods, order, listener }
  }
  const all = 'periplus.nodes.*.commands'
  const others = [commandsOf('two'), commandsOf('three')]

  it('is not listened to, then a little, and as the others again when it is over', () => {
    const { clock, open, floods, order, listener } = world()
    assert.deepEqual([...open.keys()], [all])
    for (let i = 0; i < 255; i++) listener.refused('one', 10)
    assert.deepEqual([...open.keys()], [all])
    listener.refused('one', 10)
    assert.deepEqual([[...open.keys()], floods], [others, ['one']])
    assert.deepEqual([listener.hears('one'), listener.hears('two')], [false, true])
    assert.equal(order.at(-1), `-${all}`, 'others are listened to before all are no more')
    clock.advance(1_000)
    assert.deepEqual(
      [...open],
      [
        ...others.map(subject => [subject, { isAside: true }] as const),
        [commandsOf('one'), { isAside: false, most: mostOnProbation }],
      ],
    )
    for (let i = 0; i < mostOnProbation; i++) listener.heard('one')
    clock.advance(1_000)
    assert.deepEqual([[...open.keys()], floods], [others, ['one', 'one']], 'it is not over it, which is told again')
    clock.advance(1_000)
    listener.heard('one')
    clock.advance(1_000)
    assert.deepEqual([[...open.keys()], floods], [[all], ['one', 'one']])
    listener.close()
    assert.deepEqual([...open.keys()], [])
  })

  it('is listened to as the others when it is over it, though another one goes on', () => {
    const { clock, open, listener } = world()
    for (const node of ['one', 'two']) listener.refused(node, 4 * 1024 * 1024)
    clock.advance(1_000)
    for (let i = 0; i < mostOnProbation; i++) listener.heard('two')
    clock.advance(1_000)
    assert.deepEqual(
      new Map(open),
      new Map([commandsOf('one'), commandsOf('three')].map(subject => [subject, { isAside: true }])),
    )
    listener.close()
  })

  it('is known by its bytes too, and not by what it sent seconds ago', () => {
    const { clock, open, listener } = world()
    for (let i = 0; i < 10; i++) {
      for (let j = 0; j < 200; j++) listener.refused('one', 10)
      clock.advance(1_000)
    }
    assert.deepEqual([...open.keys()], [all])
    listener.refused('one', 4 * 1024 * 1024)
    assert.deepEqual([...open.keys()], others)
    listener.refused('two', 4 * 1024 * 1024)
    assert.deepEqual([...open.keys()], [commandsOf('three')])
    listener.close()
    clock.advance(10_000)
    assert.deepEqual([...open.keys()], [])
  })
})
