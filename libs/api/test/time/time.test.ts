import assert from 'node:assert/strict'
import fc from 'fast-check'
import { E } from '@periplus/prelude'
import {
  ageOf,
  formatDuration,
  formatMicroTime,
  formatTime,
  humanDuration,
  parseDuration,
  parseTime,
  shortHumanDuration,
} from '@periplus/api'

const second = 1000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour

describe('ages, as kubectl prints them', () => {
  const cases: readonly (readonly [number, string])[] = [
    [-3 * second, '<invalid>'],
    [-1 * second, '0s'],
    [0, '0s'],
    [119 * second, '119s'],
    [2 * minute, '2m'],
    [5 * minute + 10 * second, '5m10s'],
    [10 * minute + 59 * second, '10m'],
    [179 * minute, '179m'],
    [3 * hour, '3h'],
    [3 * hour + 5 * minute, '3h5m'],
    [47 * hour, '47h'],
    [2 * day + 3 * hour, '2d3h'],
    [8 * day + 3 * hour, '8d'],
    [729 * day, '729d'],
    [2 * 365 * day, '2y'],
    [2 * 365 * day + 3 * day, '2y3d'],
    [9 * 365 * day, '9y'],
  ]
  for (const [span, expected] of cases) it(expected, () => assert.equal(humanDuration(span), expected))
  it('short', () => assert.deepEqual([90 * second, 25 * hour].map(shortHumanDuration), ['1m', '1d']))
  it('from a timestamp', () => {
    assert.equal(ageOf('2026-01-01T00:00:00Z', Date.parse('2026-01-01T00:05:10Z')), '5m10s')
    assert.equal(ageOf(undefined, 0), '<unknown>')
  })
})

describe('timestamps', () => {
  it('are written as metav1.Time and MicroTime', () => {
    assert.equal(formatTime(1_767_225_600_999), '2026-01-01T00:00:00Z')
    assert.equal(formatMicroTime(1_767_225_600_123.456), '2026-01-01T00:00:00.123456Z')
  })
  it('are read with offsets and fractions, and nothing else is', () => {
    assert.equal(parseTime('2026-01-01T01:00:00+01:00'), 1_767_225_600_000)
    assert.equal(parseTime('2026-01-01T00:00:00.5Z'), 1_767_225_600_500)
    for (const odd of ['', '2026-01-01', '2026-02-30T00:00:00Z', '2026-13-01T00:00:00Z', '2026-01-01T25:00:00Z', 'x'])
      assert.equal(parseTime(odd), undefined, odd)
  })
  it('come back the same (property)', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 253402300799 }), seconds => {
        assert.equal(parseTime(formatTime(seconds * 1000)), seconds * 1000)
      }),
    )
  })
})

describe("Go's durations", () => {
  it('are read and printed', () => {
    for (const [given, expected] of [
      ['1h30m', '1h30m0s'],
      ['90s', '1m30s'],
      ['1.5s', '1.5s'],
      ['300ms', '300ms'],
      ['-2m', '-2m0s'],
      ['0', '0s'],
      ['24h', '24h0m0s'],
    ] as const) {
      const parsed = parseDuration(given)
      assert.ok(E.isRight(parsed))
      assert.equal(formatDuration(parsed.right), expected)
    }
  })
  it('are refused in the words of Go', () => {
    assert.deepEqual(parseDuration('5'), E.left('time: missing unit in duration "5"'))
    assert.deepEqual(parseDuration('5x'), E.left('time: unknown unit "x" in duration "5x"'))
    assert.deepEqual(parseDuration(''), E.left('time: invalid duration ""'))
    assert.deepEqual(parseDuration('h'), E.left('time: invalid duration "h"'))
  })
})
