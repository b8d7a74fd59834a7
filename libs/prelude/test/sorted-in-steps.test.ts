import assert from 'node:assert/strict'
import { atOnce, seededRandom, sortedInSteps } from '../src/index.ts'

const random = seededRandom(1)
const drawn = (length: number): readonly { readonly key: number; readonly at: number }[] =>
  Array.from({ length }, (_, at) => ({ key: Math.floor(random() * (length / 3)), at }))
const byKey = (a: { readonly key: number }, b: { readonly key: number }): number => a.key - b.key

describe('sorting in steps', () => {
  it('gives what sorting at once gives, equals in their order', () => {
    for (const length of [0, 1, 2, 999, 1_000, 1_001, 2_000, 3_500, 10_000]) {
      const items = drawn(length)
      assert.deepEqual(atOnce(sortedInSteps(items, byKey)), items.toSorted(byKey))
    }
  })

  it('rests between runs and while they are merged, and leaves what it was given', () => {
    const items = drawn(20_000)
    const before = [...items]
    const steps = sortedInSteps(items, byKey)
    let rests = 0
    while (!steps.next().done) rests++
    assert.ok(rests > 500, `${rests} rests`)
    assert.deepEqual(items, before)
  })
})
