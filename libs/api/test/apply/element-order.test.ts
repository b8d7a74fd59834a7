import assert from 'node:assert/strict'
import { inOrder } from '../../src/apply/path-element.ts'

/** How often JSON is read while it runs. */
const readings = (work: () => void): number => {
  const { parse } = JSON
  let count = 0
  JSON.parse = (text: string): unknown => {
    count++
    return parse(text) as unknown
  }
  try {
    work()
  } finally {
    JSON.parse = parse
  }
  return count
}

describe('the order of path elements', () => {
  it('is that of `.`, fields, keys, values and positions, each in their own', () => {
    const given = ['i:10', 'v:"b"', 'k:{"name":"b"}', 'f:z', 'i:9', 'v:2', 'f:a', '.', 'k:{"name":"a"}', 'v:10']
    const ordered = ['.', 'f:a', 'f:z', 'k:{"name":"a"}', 'k:{"name":"b"}', 'v:2', 'v:10', 'v:"b"', 'i:9', 'i:10']
    assert.deepEqual(inOrder(given), ordered)
  })

  it('leaves as they are those that have it', () => {
    for (const elements of [[], ['f:a', 'f:b'], ['.', 'f:a', 'k:{"name":"a"}']])
      assert.equal(inOrder(elements), elements)
  })

  it('reads each of six thousand once', () => {
    const elements = Array.from({ length: 6_000 }, (_, at) => `k:{"name":"c-${(at * 7) % 6_000}"}`)
    let ordered: readonly string[] = []
    assert.equal(
      readings(() => (ordered = inOrder(elements))),
      6_000,
    )
    assert.equal(new Set(ordered).size, 6_000)
    assert.equal(ordered[0], 'k:{"name":"c-0"}')
  })
})
