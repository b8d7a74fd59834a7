import assert from 'node:assert/strict'
import fc from 'fast-check'
import { atOnce } from '@periplus/prelude'
import { decodeJsonInSteps, deepEqual, deepEqualInSteps, parseJsonInSteps, schema } from '@periplus/api'
import { restsOf } from '../rests-of.ts'

const wide = (members: number): object =>
  Object.fromEntries(Array.from({ length: members }, (_, at) => [`k${at}`, { type: 'string', list: [at] }]))

describe('large values', () => {
  it('are compared in steps, with the same outcome as at once', () => {
    const values = fc.jsonValue() as fc.Arbitrary<unknown>
    fc.assert(
      fc.property(values, values, (a, b) => {
        assert.equal(atOnce(deepEqualInSteps(a, b)), deepEqual(a, b))
        assert.equal(atOnce(deepEqualInSteps(a, structuredClone(a))), true)
        assert.equal(atOnce(deepEqualInSteps([a, 1], [structuredClone(a), 2])), false)
      }),
    )
    assert.equal(atOnce(deepEqualInSteps({ a: 1, b: undefined }, { a: 1 })), true)
  })

  it('rest while they are compared', () => {
    const rests = restsOf(deepEqualInSteps(wide(10_000), wide(10_000)))
    assert.ok(rests > 100, `${rests} rests`)
  })

  it('rest between all walks that are made over their text', () => {
    const text = JSON.stringify({ data: wide(10) })
    const walks = restsOf(parseJsonInSteps(text))
    assert.equal(walks, 2)
    const kind = { group: '', version: 'v1', kind: 'Thing', schema: schema.struct('Thing', {}) }
    assert.equal(restsOf(decodeJsonInSteps(kind, text, { fieldValidation: 'Ignore' })), walks + 6)
  })
})
