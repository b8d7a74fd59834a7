import assert from 'node:assert/strict'
import type { FeedChain, NodeFeedMessage } from '../src/index.ts'
import { feedBeginning } from '../src/index.ts'
import { placeOnFeed } from '../src/node-feed/place-on-feed.ts'

const point = (at: number, run = 'a') => ({ at, run })
const chain = (general: number, alone: FeedChain['alone'] = new Map()): FeedChain => ({
  general: point(general),
  alone,
})
const toAll = (at: number, after: FeedChain, run = 'a'): NodeFeedMessage => ({
  ...{ at, run, after, audience: { tag: 'All' }, objects: [] },
})
const toOne = (at: number, general: number, own?: number): NodeFeedMessage => ({
  ...{ at, run: 'a', audience: { tag: 'Node', node: 'one' }, objects: [] },
  after: chain(general, new Map(own === undefined ? [] : [['one', point(own)]])),
})

/** Where one is who has read these. */
const given = (...messages: readonly NodeFeedMessage[]) => {
  const place = placeOnFeed('one')
  for (const message of messages) assert.equal(place.next(message), 'Follows')
  return place
}

describe("a node's place on its feed", () => {
  const first = toAll(1, feedBeginning)

  it('begins with whichever message is the first there', () => {
    assert.equal(given(first).start, 1)
    assert.equal(given(toAll(9, chain(5))).start, 6)
    assert.equal(given(toOne(7, 5)).start, 6)
    // Of what came since the last message to all nothing is cut off.
    assert.equal(given().next(toOne(7, 5, 6)), 'Missed')
  })

  it('goes on with messages to all and to the node, whatever others are told alone', () => {
    const others = new Map([['two', point(3)]])
    const place = given(first, toOne(2, 1), toOne(4, 1, 2), toAll(6, chain(1, new Map([...others, ['one', point(4)]]))))
    assert.equal(place.next(toAll(8, chain(6, new Map([['two', point(7)]])))), 'Follows')
    assert.equal(place.from, 8)
  })

  it('misses what came between, with the next message of whatever kind, and stays where it was', () => {
    const lost = [
      given(first).next(toAll(3, chain(2))),
      given(first).next(toOne(3, 2)),
      given(first).next(toOne(3, 1, 2)),
      given(first).next(toAll(3, chain(1, new Map([['one', point(2)]])))),
      given(first, toOne(2, 1)).next(toOne(4, 1, 3)),
      // What was told to it alone is not on the feed that this is of.
      given(first, toOne(2, 1)).next(toAll(3, chain(1))),
    ]
    assert.deepEqual(lost, Array(6).fill('Missed'))
    const place = given(first)
    assert.equal(place.next(toAll(3, chain(2))), 'Missed')
    assert.deepEqual([place.from, place.next(toAll(2, chain(1)))], [1, 'Follows'])
  })

  it('takes no other message for the one of its sequence that was lost with its server', () => {
    const other = { general: point(1, 'b'), alone: new Map() }
    assert.equal(given(first).next(toAll(2, other, 'b')), 'Missed')
    const alone = { general: point(1), alone: new Map([['one', point(2, 'b')]]) }
    assert.equal(given(first, toOne(2, 1)).next(toAll(3, alone, 'b')), 'Missed')
  })

  it('is where it was if the message that was read last comes again, and else nowhere', () => {
    const place = given(first, toOne(2, 1))
    place.again()
    assert.deepEqual([place.from, place.next(toOne(2, 1)), place.next(toOne(3, 1, 2))], [2, 'Again', 'Follows'])
    place.again()
    assert.equal(place.next({ ...toOne(3, 1, 2), run: 'b' }), 'Other')
  })
})
