import assert from 'node:assert/strict'
import fc from 'fast-check'
import { formatMicroTime, formatTime, isEndOfTime, parseTime, secondsAfter } from '../../src/index.ts'

const now = Date.parse('2026-01-02T03:04:05Z')

describe('integers that become time', () => {
  it('end at the last moment that can be written', () => {
    for (const seconds of [9_223_372_036_854_775_807n, 9_223_372_036_854_775_807, Number.MAX_VALUE]) {
      const moment = secondsAfter(now, seconds)
      assert.equal(formatTime(moment), '9999-12-31T23:59:59Z')
      assert.ok(isEndOfTime(moment))
    }
    assert.equal(formatTime(secondsAfter(now, -9_223_372_036_854_775_808n)), '0000-01-01T00:00:00Z')
    assert.equal(formatTime(secondsAfter(now, 30)), '2026-01-02T03:04:35Z')
    assert.ok(!isEndOfTime(secondsAfter(now, 30)))
  })

  it('are written so that they can be read, whatever they are', () =>
    fc.assert(
      fc.property(fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n), seconds => {
        for (const format of [formatTime, formatMicroTime])
          assert.notEqual(parseTime(format(secondsAfter(now, seconds))), undefined)
      }),
    ))

  it('of the API’s own text are written again, in the zones at the ends of time too', () => {
    for (const text of ['9999-12-31T23:59:59-10:00', '0000-01-01T00:00:00+10:00', '0001-01-01T00:00:00Z'])
      assert.notEqual(parseTime(formatTime(parseTime(text) ?? NaN)), undefined)
  })
})
