import assert from 'node:assert/strict'
import { lowBytes, nearlyFull } from '@periplus/service'

describe('a disk that is nearly full', () => {
  it('is looked at once for those that come together, and again soon', () => {
    let now = 1_000
    let [looks, free] = [0, lowBytes]
    const isFull = nearlyFull('/log', { now: () => now }, path => {
      assert.equal(path, '/log')
      looks++
      return free
    })
    assert.deepEqual([isFull(), isFull(), isFull()], [false, false, false])
    free = lowBytes - 1
    now += 19
    assert.deepEqual([isFull(), looks], [false, 1])
    now += 1
    assert.deepEqual([isFull(), isFull(), looks], [true, true, 2])
    free = lowBytes
    now -= 500
    assert.deepEqual([isFull(), looks], [false, 3], 'its clock was set back')
  })
})
