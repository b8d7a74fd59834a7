import assert from 'node:assert/strict'
import fc from 'fast-check'
import { E } from '@periplus/prelude'
import {
  addQuantities,
  canonicalQuantity,
  compareQuantities,
  formatQuantity,
  milliValue,
  parseQuantity,
  quantityFromMilli,
  quantityOf,
  scaledValue,
  subtractQuantities,
  wholeValue,
} from '@periplus/api'

const suffix = fc.constantFrom('n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'e3', 'E-2')
const text = fc
  .tuple(fc.constantFrom('', '-', '+'), fc.nat(99999), fc.constantFrom('', '.5', '.25', '.001'), suffix)
  .map(parts => parts.join(''))

describe('quantities', () => {
  const canonical: readonly (readonly [string | number, string])[] = [
    ['1000m', '1'],
    ['0.5', '500m'],
    ['62.5Ki', '64000'],
    ['64000', '64k'],
    [0.1, '100m'],
    ['1024Mi', '1Gi'],
    ['1.5Gi', '1536Mi'],
    ['1000Mi', '1000Mi'],
    ['0.1Gi', '107374182400m'],
    ['1023', '1023'],
    ['100Ki', '100Ki'],
    ['512', '512'],
    ['1000', '1k'],
    ['1e3', '1e3'],
    ['1500e0', '1500'],
    ['1E', '1E'],
    ['0', '0'],
    ['-0', '0'],
    ['0Gi', '0'],
    ['.5', '500m'],
    ['5.', '5'],
    ['+7', '7'],
    ['-1.5', '-1500m'],
    ['0.0000000001', '1n'],
    ['12345678901234567890', '12345678901234567890'],
    ['50E', '50E'],
    ['9223372036854775808Ki', '9223372036854775807'],
    ['Ki', '0'],
    ['.', '0'],
    [2, '2'],
  ]
  for (const [given, expected] of canonical)
    it(`${given} is ${expected}`, () => assert.deepEqual(canonicalQuantity(given), E.right(expected)))

  it('refuses a unit alone that is beyond what Go reckons without a digit', () => {
    for (const given of ['Pi', '-Ei', '.Ei', 'e-12'])
      assert.deepEqual(parseQuantity(given), E.left('unable to parse numeric part of quantity'), given)
    for (const given of ['Ti', 'E', 'e20']) assert.deepEqual(canonicalQuantity(given), E.right('0'), given)
  })

  it('holds less than one as decimal, in whatever unit it was written', () => {
    const [little, much] = ['0.0001Ki', '2Ki'].map(text => quantityOf(text))
    assert.equal(little && much && formatQuantity(addQuantities(little, much)), '2048102400u')
  })

  it('refuses what is none, in Kubernetes words', () => {
    for (const given of ['', 'x', '1.2.3', '1Zi', '1 Gi', '--1'])
      assert.deepEqual(
        parseQuantity(given),
        E.left("quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"),
        given,
      )
    assert.deepEqual(parseQuantity('1ki'), E.left("unable to parse quantity's suffix"))
  })

  it('print what they read again (property)', () => {
    fc.assert(
      fc.property(text, given => {
        const quantity = quantityOf(given)
        const printed = formatQuantity(quantity)
        assert.equal(quantityOf(printed).nanos, quantity.nanos)
        // In its own format: 62.5Ki prints as 64000, which by itself is a decimal amount and prints as 64k, in Kubernetes too.
        assert.equal(formatQuantity({ ...quantityOf(printed), format: quantity.format }), printed)
      }),
      { examples: [['62.5Ki'], ['-187.5Ki'], ['31.25Ki']] },
    )
  })

  it('are ordered and add up exactly (property)', () => {
    fc.assert(
      fc.property(text, text, text, (x, y, z) => {
        const [a, b, c] = [quantityOf(x), quantityOf(y), quantityOf(z)]
        assert.equal(Math.sign(compareQuantities(a, b)), -Math.sign(compareQuantities(b, a)) + 0)
        if (compareQuantities(a, b) <= 0 && compareQuantities(b, c) <= 0) assert.ok(compareQuantities(a, c) <= 0)
        assert.equal(compareQuantities(subtractQuantities(addQuantities(a, b), b), a), 0)
      }),
    )
  })

  it('round up to whole units and thousandths', () => {
    assert.equal(wholeValue(quantityOf('1.2')), 2n)
    assert.equal(wholeValue(quantityOf('-1.2')), -2n)
    assert.equal(milliValue(quantityOf('1.5')), 1500n)
    assert.equal(milliValue(quantityOf('1u')), 1n)
    assert.equal(formatQuantity(quantityFromMilli(2500)), '2500m')
  })
})

describe('numbers or percentages', () => {
  it('scale up and down', () => {
    assert.deepEqual(scaledValue(3, 10, 'up'), E.right(3))
    assert.deepEqual(scaledValue('25%', 10, 'up'), E.right(3))
    assert.deepEqual(scaledValue('25%', 10, 'down'), E.right(2))
    assert.deepEqual(scaledValue('0%', 10, 'up'), E.right(0))
  })
  it('are refused when they are neither', () => {
    assert.ok(E.isLeft(scaledValue('25', 10, 'up')))
    assert.ok(E.isLeft(scaledValue('x%', 10, 'up')))
  })
})
