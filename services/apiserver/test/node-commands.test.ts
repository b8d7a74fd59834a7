import assert from 'node:assert/strict'
import { E, virtualClock } from '@periplus/prelude'
import { nodeSubjects } from '@periplus/runtime'
import { admitNodes } from '../src/node-commands/admit-nodes.ts'

const limits = { seats: 4, seatsPerFlow: 2, queuePerFlow: 10, longestWaitMilliseconds: 1_000, bytesPerFlow: 10_000 }
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
