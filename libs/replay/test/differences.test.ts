import assert from 'node:assert/strict'
import { differences } from '../src/index.ts'

const paths = (before: unknown, after: unknown): readonly string[] => differences(before, after).map(({ path }) => path)

describe('where two values differ', () => {
  it('is told field by field', () => {
    assert.deepEqual(differences({ spec: { a: 1, b: 2 } }, { spec: { a: 1, c: 3 } }), [
      { path: 'spec.b', before: 2, after: undefined },
      { path: 'spec.c', before: undefined, after: 3 },
    ])
    assert.deepEqual(paths({ labels: { 'a.b/c': 1 } }, { labels: { 'a.b/c': 2 } }), ['labels["a.b/c"]'])
    assert.deepEqual(paths({ args: ['a', 'b'] }, { args: ['a', 'c', 'd'] }), ['args[1]', 'args[2]'])
  })

  it('compares conditions of the same type, wherever they stand', () => {
    const ready = { type: 'Ready', status: 'True' }
    const available = { type: 'Available', status: 'True' }
    assert.deepEqual(paths({ conditions: [ready, available] }, { conditions: [available, ready] }), [])
    assert.deepEqual(
      differences({ conditions: [ready, available] }, { conditions: [{ ...available, status: 'False' }, ready] }),
      [{ path: 'conditions[Available].status', before: 'True', after: 'False' }],
    )
    assert.deepEqual(paths({ conditions: [ready] }, { conditions: [ready, available] }), ['conditions[Available]'])
  })

  it('compares what has the same name, unless the order changed', () => {
    const [a, b] = [
      { name: 'a', image: 'x' },
      { name: 'b', image: 'y' },
    ]
    assert.deepEqual(paths([a, b], [a, { ...b, image: 'z' }]), ['[b].image'])
    assert.deepEqual(paths([a, b], [b]), ['[a]'])
    assert.deepEqual(paths([a, b], [b, a]), ['[0].name', '[0].image', '[1].name', '[1].image'])
    assert.deepEqual(paths([a, a], [a, b]), ['[1].name', '[1].image'])
  })
})
