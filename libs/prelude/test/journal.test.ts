import assert from 'node:assert/strict'
import { Journal } from '../src/index.ts'

describe('a journal', () => {
  it('tells what happened between two lengths, as far back as it remembers', () => {
    const journal = new Journal<number>(10)
    for (let n = 0; n < 100; n++) {
      journal.note(n)
      assert.equal(journal.length, n + 1)
      const [from, to] = [Math.max(0, n - 9), n - 2]
      const all = Array.from({ length: n + 1 }, (_, i) => i)
      assert.deepEqual(journal.between(from), all.slice(from))
      if (from <= to) assert.deepEqual(journal.between(from, to), all.slice(from, to))
      assert.deepEqual(journal.between(n + 1), [])
    }
    assert.equal(journal.between(100 - 21), undefined)
  })
})
