import assert from 'node:assert/strict'
import fc from 'fast-check'
import { hasTooManyValues, hasWideObject, mostMembers, widthFault } from '../../src/json/bounds.ts'

const bytes = (value: unknown): Buffer => Buffer.from(JSON.stringify(value))
const wide = (members: number): object =>
  Object.fromEntries(Array.from({ length: members }, (_, at) => [`k${at}`, '{,[']))

describe('the bounds of a body', () => {
  it('are on the members of each object, and not on the elements of lists', () => {
    for (const value of [wide(mostMembers), [wide(mostMembers), wide(10)], Array.from({ length: 49_000 }, () => 1)]) {
      assert.equal(hasWideObject(bytes(value)), false)
      assert.equal(widthFault(value, 50_000), undefined)
    }
    for (const value of [wide(mostMembers + 1), [1, { a: [wide(mostMembers + 1)] }]]) {
      assert.equal(hasWideObject(bytes(value)), true)
      assert.match(JSON.stringify(widthFault(value, 50_000)), /an object in it has more than 20000 members/)
    }
  })

  it('are on all values together', () => {
    assert.match(JSON.stringify(widthFault([wide(3), wide(3)], 7)), /more than 7 values/)
    assert.equal(widthFault([wide(3), wide(3)], 8), undefined)
    assert.equal(hasTooManyValues(bytes([wide(3), wide(3)]), 4), true)
  })

  it('throw at no text, whatever it is', () => {
    fc.assert(fc.property(fc.string(), text => typeof hasWideObject(Buffer.from(text)) === 'boolean'))
  })
})
