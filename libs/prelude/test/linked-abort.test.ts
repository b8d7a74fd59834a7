import assert from 'node:assert/strict'
import { getEventListeners } from 'node:events'
import { linkedAbort } from '@periplus/prelude'

describe('linkedAbort', () => {
  const listeners = (of: AbortController): number => getEventListeners(of.signal, 'abort').length

  it('aborts with the first of the others, for its reason, and leaves nothing on them', () => {
    const [one, other] = [new AbortController(), new AbortController()]
    const linked = linkedAbort(one.signal, other.signal)
    assert.deepEqual([listeners(one), listeners(other)], [1, 1])
    other.abort('enough')
    one.abort('later')
    assert.deepEqual([linked.signal.aborted, linked.signal.reason], [true, 'enough'])
    assert.deepEqual([listeners(one), listeners(other)], [0, 0])
  })

  it('is aborted from the beginning where one of the others is', () => {
    const [one, other] = [new AbortController(), new AbortController()]
    one.abort('before')
    const linked = linkedAbort(other.signal, one.signal)
    assert.deepEqual([linked.signal.aborted, linked.signal.reason, listeners(other)], [true, 'before', 0])
  })

  it('leaves the others alone when it is aborted itself', () => {
    const one = new AbortController()
    const linked = linkedAbort(one.signal)
    linked.abort()
    assert.deepEqual([linked.signal.aborted, one.signal.aborted, listeners(one)], [true, false, 0])
  })

  it('does not abort once it is unlinked', () => {
    const one = new AbortController()
    const linked = linkedAbort(one.signal)
    linked.unlink()
    one.abort()
    assert.deepEqual([linked.signal.aborted, listeners(one)], [false, 0])
  })
})
