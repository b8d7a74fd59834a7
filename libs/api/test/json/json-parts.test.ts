import assert from 'node:assert/strict'
import fc from 'fast-check'
import { atOnce } from '@periplus/prelude'
import { jsonPartsInSteps } from '@periplus/api'
import { restsOf } from '../rests-of.ts'

const written = (document: unknown): string => Buffer.concat(atOnce(jsonPartsInSteps(document))).toString()

describe('a document in parts', () => {
  it('is what JSON.stringify writes', () => {
    fc.assert(fc.property(fc.jsonValue({ maxDepth: 8 }), value => assert.equal(written(value), JSON.stringify(value))))
    assert.equal(written({ a: undefined, b: { c: undefined }, d: [undefined] }), '{"b":{},"d":[null]}')
  })

  it('rests for each of its parts, of which none is much longer than its longest value', () => {
    const value = { text: 'x'.repeat(1_000) }
    const document = { all: Object.fromEntries(Array.from({ length: 1_000 }, (_, at) => [`k${at}`, value])) }
    const parts = atOnce(jsonPartsInSteps(document))
    assert.ok(parts.length >= 10 && parts.every(({ length }) => length < 70_000), `${parts.length} parts`)
    assert.ok(restsOf(jsonPartsInSteps(document)) >= parts.length - 1)
  })
})
