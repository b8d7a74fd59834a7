import assert from 'node:assert/strict'
import { getEventListeners } from 'node:events'
import { pause, virtualClock } from '@periplus/prelude'

describe('a pause', () => {
  it('ends when its time is over, and leaves nothing on the signal', async () => {
    const clock = virtualClock(0)
    const { signal } = new AbortController()
    const over = pause(clock, 10, signal)
    assert.equal(getEventListeners(signal, 'abort').length, 1)
    clock.advance(10)
    await over
    assert.equal(getEventListeners(signal, 'abort').length, 0)
  })

  it('ends when it is aborted, before it or in it, and leaves no timer', async () => {
    const clock = virtualClock(0)
    const stopping = new AbortController()
    const over = pause(clock, 10, stopping.signal)
    stopping.abort()
    await over
    await pause(clock, 10, stopping.signal)
    assert.equal(clock.next(), undefined)
  })
})
