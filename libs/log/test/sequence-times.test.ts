import assert from 'node:assert/strict'
import { sequenceTimes } from '../src/index.ts'

describe('the times of sequences', () => {
  it('are known as far back as they are asked for, and never later than they were', () => {
    const times = sequenceTimes(1_000_000)
    assert.equal(times.lastBy(0), 0)
    for (let at = 0; at <= 3_000_000; at += 1_000) times.note(at, at / 10)
    assert.equal(times.lastBy(2_000_000), 200_000)
    assert.equal(times.lastBy(2_001_999), 200_000)
    assert.equal(times.lastBy(2_002_000), 200_200)
    assert.equal(times.lastBy(9_000_000), 300_000)
    assert.equal(times.lastBy(1_999_999), 0, 'forgotten')
  })
})
