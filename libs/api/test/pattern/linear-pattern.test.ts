import assert from 'node:assert/strict'
import fc from 'fast-check'
import { RE2JS } from 're2js'
import { E } from '@periplus/prelude'
import { isPatternKept, linearPattern } from '../../src/index.ts'
import { leastStates } from '../../src/pattern/least-states.ts'

const pieces = [
  'a',
  'b',
  'ab',
  '.',
  '^',
  '$',
  '|',
  '(',
  ')',
  '(?:',
  '(?P<n>',
  '(?i)',
  '(?i:',
  '[a-z]',
  '[^]a]',
  '[[:alpha:]x]',
]
const more = [
  '*',
  '+',
  '?',
  '{0}',
  '{3}',
  '{2,}',
  '{0,4}',
  '{1,5}',
  '{',
  '\\d',
  '\\b',
  '\\pL',
  '\\p{Greek}',
  '\\x{1F600}',
  '😀',
  '\\Qa|(\\E',
  '\\\\',
]

describe('a pattern', () => {
  it('has no fewer states than are counted before its program is made', () => {
    const pattern = fc.array(fc.constantFrom(...pieces, ...more), { maxLength: 12 }).map(parts => parts.join(''))
    let readable = 0
    fc.assert(
      fc.property(pattern, text => {
        const least = leastStates(text, Infinity)
        let size: number
        try {
          size = RE2JS.compile(text).programSize()
        } catch {
          return
        }
        readable++
        assert.ok(least <= size, `${text} has ${size} states, and not ${least}`)
      }),
      { numRuns: 1_000 },
    )
    assert.ok(readable > 100, `${readable} can be read`)
  })

  it('of too many states is refused before its program is made', () => {
    for (const text of [
      '\\pL{1000}'.repeat(999),
      '(?i)' + '\\pL{1000}'.repeat(900),
      '(?:a|b{1000})c{1000}|d{1000}e{1000}f',
      'a'.repeat(2_001),
    ])
      assert.ok(leastStates(text, 2_000) > 2_000, text.slice(0, 20))
    for (const text of ['a{1000}', '(?:a|b){999}', 'k1|k2|k3'.repeat(100)])
      assert.ok(E.isRight(linearPattern(text)), text.slice(0, 20))
    assert.deepEqual(linearPattern('\\pL'.repeat(201)), E.left({ tag: 'TooManyStates' }))
  })

  it('is remembered, unless it is longer than any that is read, or others are large', () => {
    const long = 'a'.repeat(10_001)
    assert.deepEqual(linearPattern(long), E.left({ tag: 'TooLong', most: 10_000 }))
    assert.equal(isPatternKept(long), false)
    linearPattern('first')
    assert.equal(isPatternKept('first'), true)
    for (let at = 0; at < 60; at++) linearPattern(`${at}${'b'.repeat(1_900)}`)
    assert.deepEqual([isPatternKept('first'), isPatternKept(`59${'b'.repeat(1_900)}`)], [false, true])
  })
})
