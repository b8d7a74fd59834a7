import assert from 'node:assert/strict'
import { virtualClock } from '@periplus/prelude'
import { workQueue } from '../src/index.ts'

const a = { namespace: 'default', name: 'a' }
const b = { namespace: 'default', name: 'b' }
const trigger = (sequence: number) => ({ sequence, correlationId: 'root' })
const names = (taken: readonly { key: { name: string } }[]): readonly string[] => taken.map(({ key }) => key.name)

describe('the work queue', () => {
  it('gives each key once, with all that woke it, first come first served', () => {
    const queue = workQueue(virtualClock(0))
    queue.add(b, trigger(1))
    queue.add(a, trigger(2))
    queue.add(b, trigger(3))
    queue.add(b, trigger(3))
    assert.equal(queue.depth, 2)
    assert.deepEqual(queue.take(10), [
      { key: b, triggers: [trigger(1), trigger(3)] },
      { key: a, triggers: [trigger(2)] },
    ])
    assert.equal(queue.depth, 0)
  })

  it('keeps what wakes a key in flight until the key is done', () => {
    const queue = workQueue(virtualClock(0))
    let woken = 0
    queue.onReady(() => woken++)
    queue.add(a, trigger(1))
    queue.take(1)
    queue.add(a, trigger(2))
    assert.deepEqual(queue.take(1), [])
    assert.equal(woken, 1)
    queue.done(a)
    assert.equal(woken, 2)
    assert.deepEqual(queue.take(1), [{ key: a, triggers: [trigger(2)] }])
  })

  it('gives those of higher rank first, of one rank the first to come, and now and then whoever has waited longest', () => {
    const rankOf = ({ name }: { name: string }) => (name.startsWith('high') ? 10 : name.startsWith('low') ? -1 : 0)
    const queue = workQueue(virtualClock(0), undefined, rankOf)
    const add = (name: string) => queue.add({ namespace: 'default', name })
    for (const name of ['low', 'a', 'high-1', 'b', 'high-2']) add(name)
    assert.deepEqual(names(queue.take(4)), ['high-1', 'high-2', 'a', 'b'])
    // Those of high rank never end.
    for (let i = 3; i < 30; i++) add(`high-${i}`)
    const given = names(queue.take(20))
    assert.ok(given.includes('low'))
    assert.deepEqual(
      given.filter(name => name !== 'low'),
      Array.from({ length: 19 }, (_, i) => `high-${i + 3}`),
    )
    add('high-1')
    assert.ok(!names(queue.take(100)).includes('high-1'))
    queue.done({ namespace: 'default', name: 'high-1' })
    assert.deepEqual(names(queue.take(100)), ['high-1'])
  })

  it('doubles the back-off of a key until it goes well', () => {
    const clock = virtualClock(0)
    const queue = workQueue(clock, { firstMilliseconds: 10, maximumMilliseconds: 35 })
    const waits = [10, 20, 35, 35].map(expected => {
      queue.retry(a)
      clock.advance(expected - 1)
      const early = queue.take(1).length
      clock.advance(1)
      const onTime = names(queue.take(1))
      queue.done(a)
      return [early, ...onTime]
    })
    assert.deepEqual(waits, [
      [0, 'a'],
      [0, 'a'],
      [0, 'a'],
      [0, 'a'],
    ])
    queue.forget(a)
    queue.retry(a)
    clock.advance(10)
    assert.deepEqual(names(queue.take(1)), ['a'])
  })

  it('has one timer a key: the last one set', () => {
    const clock = virtualClock(0)
    const queue = workQueue(clock)
    queue.addAfter(a, 5)
    queue.addAfter(a, 50)
    clock.advance(49)
    assert.equal(queue.depth, 0)
    clock.advance(1)
    assert.equal(queue.depth, 1)
  })

  it('wakes nothing once closed', () => {
    const clock = virtualClock(0)
    const queue = workQueue(clock)
    queue.addAfter(a, 5)
    queue.close()
    queue.add(b)
    clock.advance(10)
    assert.equal(queue.depth, 0)
  })
})
