import assert from 'node:assert/strict'
import { repeatedly, virtualClock } from '@periplus/prelude'

describe('a repetition', () => {
  it('does it each time so long after the last, until it is stopped', async () => {
    const clock = virtualClock(0)
    const times: number[] = []
    const repetition = repeatedly(clock, 10, () => void times.push(clock.now()))
    clock.advance(9)
    assert.deepEqual(times, [])
    clock.advance(16)
    await repetition.stop()
    clock.advance(100)
    assert.deepEqual(times, [10, 20])
    assert.equal(clock.next(), undefined)
  })

  it('begins nothing while the last time is under way, and ends when that has', async () => {
    const clock = virtualClock(0)
    let begun = 0
    let end = (): void => undefined
    const repetition = repeatedly(clock, 10, () => {
      begun++
      return new Promise<void>(resolve => (end = resolve))
    })
    clock.advance(100)
    assert.equal(begun, 1)
    let stopped = false
    const stopping = repetition.stop().then(() => (stopped = true))
    await Promise.resolve()
    assert.equal(stopped, false)
    end()
    await stopping
    clock.advance(100)
    assert.equal(begun, 1)
  })
})
