import assert from 'node:assert/strict'
import fc from 'fast-check'
import { serverSideApply } from '../../src/index.ts'
import type { FieldSet } from '../../src/index.ts'

const { difference, fieldAt, intersection, noFields, pathsOf, sameFields, union, without } = serverSideApply

const element = fc.constantFrom(
  'f:a',
  'f:b',
  'f:spec',
  'k:{"name":"x"}',
  'k:{"name":"y","port":80}',
  'k:{"port":9}',
  'v:"a"',
  'v:1',
)
const path = fc.array(element, { minLength: 1, maxLength: 4 })
const setOf = (paths: readonly (readonly string[])[]): FieldSet =>
  paths.reduce((set, each) => union(set, fieldAt(each)), noFields)
const set = fc.array(path, { maxLength: 12 }).map(setOf)
const textsOf = (fields: FieldSet): readonly string[] =>
  pathsOf(fields)
    .map(each => each.join(' '))
    .toSorted()
const isBelow = (one: string, other: string): boolean => one === other || one.startsWith(`${other} `)

describe('field sets', () => {
  it('hold what was put in, once, in one order', () => {
    fc.assert(
      fc.property(fc.array(path, { maxLength: 12 }), paths => {
        const fields = setOf(paths)
        assert.deepEqual(textsOf(fields), [...new Set(paths.map(each => each.join(' ')))].toSorted())
        assert.equal(JSON.stringify(fields), JSON.stringify(setOf(paths.toReversed())))
      }),
    )
  })

  it('are an algebra of sets', () => {
    fc.assert(
      fc.property(set, set, (a, b) => {
        const [mine, theirs] = [textsOf(a), new Set(textsOf(b))]
        assert.deepEqual(textsOf(union(a, b)), [...new Set([...mine, ...theirs])].toSorted())
        assert.deepEqual(
          textsOf(intersection(a, b)),
          mine.filter(each => theirs.has(each)),
        )
        assert.deepEqual(
          textsOf(difference(a, b)),
          mine.filter(each => !theirs.has(each)),
        )
        assert.deepEqual(
          textsOf(without(a, b)),
          mine.filter(each => ![...theirs].some(other => isBelow(each, other))),
        )
        assert.ok(sameFields(union(a, b), union(b, a)))
        assert.ok(sameFields(union(difference(a, b), intersection(a, b)), a))
        assert.ok(sameFields(union(a, a), a))
      }),
      { numRuns: 500 },
    )
  })

  it('stand in the order of Kubernetes', () => {
    const fields = setOf([['v:2'], ['v:10'], ['k:{"b":1}'], ['k:{"a":2}'], ['f:b'], ['f:a'], ['f:a', 'f:x']])
    assert.equal(
      JSON.stringify(fields),
      '{"f:a":{".":{},"f:x":{}},"f:b":{},"k:{\\"a\\":2}":{},"k:{\\"b\\":1}":{},"v:2":{},"v:10":{}}',
    )
  })
})
