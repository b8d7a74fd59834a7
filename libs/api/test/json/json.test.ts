import assert from 'node:assert/strict'
import fc from 'fast-check'
import { E } from '@periplus/prelude'
import { canonicalJson, deepEqual, parseJson, toJson } from '@periplus/api'

const error = (text: string): string => {
  const parsed = parseJson(text)
  assert.ok(E.isLeft(parsed), text)
  return parsed.left
}

describe('JSON text', () => {
  it('is complained of in the words of Go', () => {
    const cases: readonly (readonly [string, string])[] = [
      ['', 'unexpected end of JSON input'],
      ['{', 'unexpected end of JSON input'],
      ['{"a":1', 'unexpected end of JSON input'],
      ['abc', "invalid character 'a' looking for beginning of value"],
      ['{a:1}', "invalid character 'a' looking for beginning of object key string"],
      ['{"a":1,}', "invalid character '}' looking for beginning of object key string"],
      ['{"a" 1}', "invalid character '1' after object key"],
      ['{"a":1 "b"}', `invalid character '"' after object key:value pair`],
      ['[1 2]', "invalid character '2' after array element"],
      ['{} x', "invalid character 'x' after top-level value"],
      ['trux', "invalid character 'x' in literal true (expecting 'e')"],
      ['"a\nb"', "invalid character '\\n' in string literal"],
      ['"\\x"', "invalid character 'x' in string escape code"],
      ['"\\u12g4"', "invalid character 'g' in \\u hexadecimal character escape"],
      ['-x', "invalid character 'x' in numeric literal"],
      ['1.x', "invalid character 'x' after decimal point in numeric literal"],
      ['1ex', "invalid character 'x' in exponent of numeric literal"],
      ["'a'", "invalid character '\\'' looking for beginning of value"],
    ]
    for (const [text, expected] of cases) assert.equal(error(text), expected, text)
  })

  it('that nests without end is refused, not followed', () => {
    assert.equal(error('['.repeat(1_000_000)), 'exceeded max depth')
    assert.equal(error(`${'['.repeat(5000)}${']'.repeat(5000)}`), 'exceeded max depth')
  })

  it('tells which keys are repeated, also behind braces and colons in text', () => {
    const parsed = parseJson('{"a:{":"}:{\\"","spec":{"x":[{"k":1},{"k":1,"k":2}]},"a:{":2}')
    assert.ok(E.isRight(parsed))
    assert.deepEqual(
      parsed.right.members.filter(({ repeated }) => repeated).map(({ path }) => path),
      ['spec.x[1].k', 'a:{'],
    )
  })

  it('is read as JSON.parse reads it (property)', () => {
    fc.assert(
      fc.property(fc.json(), text => {
        const parsed = parseJson(text)
        assert.ok(E.isRight(parsed))
        assert.deepEqual(JSON.parse(toJson(parsed.right.value)), JSON.parse(text))
      }),
    )
  })

  it('damaged anywhere is refused or read, never more (property)', () => {
    fc.assert(
      fc.property(fc.json(), fc.nat(), fc.string({ maxLength: 2 }), (text, at, noise) => {
        const damaged = text.slice(0, at % (text.length + 1)) + noise + text.slice((at % (text.length + 1)) + 1)
        let readable = true
        try {
          // A number that no float64 holds is none to Go.
          JSON.parse(damaged, (_, value: unknown) => {
            readable &&= typeof value !== 'number' || Number.isFinite(value)
            return value
          })
        } catch {
          readable = false
        }
        assert.equal(E.isRight(parseJson(damaged)), readable)
      }),
    )
  })
})

describe('JSON values', () => {
  it('are equal whatever the order of keys, and undefined is absence', () => {
    assert.equal(deepEqual({ a: 1, b: [{ c: null }] }, { b: [{ c: null }], a: 1, d: undefined }), true)
    assert.equal(deepEqual({ a: 1 }, { a: 1, b: null }), false)
    assert.equal(deepEqual([1, 2], [2, 1]), false)
    assert.equal(deepEqual({}, []), false)
  })
  it('equal exactly where their canonical texts are (property)', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
        assert.equal(deepEqual(a, b), canonicalJson(a) === canonicalJson(b))
        assert.equal(deepEqual(a, JSON.parse(canonicalJson(a))), true)
      }),
    )
  })
})
