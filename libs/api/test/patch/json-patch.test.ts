import assert from 'node:assert/strict'
import fc from 'fast-check'
import { E } from '@periplus/prelude'
import { applyJsonPatch, applyJsonPatchInTurns, applyMergePatch, statusOf } from '@periplus/api'

const document = { a: { b: [1, 2, 3] }, 'x/y': 1, 'm~n': 2 }
const patched = (patch: unknown, on: unknown = document): unknown => {
  const result = applyJsonPatch(on, patch)
  assert.ok(E.isRight(result), E.isLeft(result) ? statusOf(result.left).message : '')
  return result.right
}
const refused = (patch: unknown, on: unknown = document): string => {
  const result = applyJsonPatch(on, patch)
  assert.ok(E.isLeft(result))
  const status = statusOf(result.left)
  return `${status.code} ${status.message}`
}

describe('JSON patch', () => {
  it('has all operations of RFC 6902', () => {
    assert.deepEqual(
      patched([
        { op: 'test', path: '/a/b/1', value: 2 },
        { op: 'add', path: '/a/b/1', value: 9 },
        { op: 'add', path: '/a/b/-', value: 4 },
        { op: 'remove', path: '/a/b/0' },
        { op: 'replace', path: '/x~1y', value: 'new' },
        { op: 'copy', from: '/a/b', path: '/c' },
        { op: 'move', from: '/m~0n', path: '/a/n' },
      ]),
      { a: { b: [9, 2, 3, 4], n: 2 }, 'x/y': 'new', c: [9, 2, 3, 4] },
    )
    assert.deepEqual(document, { a: { b: [1, 2, 3] }, 'x/y': 1, 'm~n': 2 })
  })

  it('takes the whole document, and negative positions as evanphx/json-patch does', () => {
    assert.deepEqual(patched([{ op: 'replace', path: '', value: { z: 1 } }]), { z: 1 })
    assert.deepEqual(patched([{ op: 'remove', path: '/a/b/-1' }]), { ...document, a: { b: [1, 2] } })
    assert.deepEqual(patched([{ op: 'test', path: '/none', value: null }]), document)
    assert.deepEqual(patched([{ op: 'add', path: '/n', value: null }], {}), { n: null })
  })

  it('takes for null what an object does not have, and positions in Go spelling', () => {
    assert.deepEqual(patched([{ op: 'replace', path: '/nope', value: 1 }], {}), { nope: 1 })
    assert.deepEqual(patched([{ op: 'copy', from: '/nope', path: '/n' }], {}), { n: null })
    assert.deepEqual(patched([{ op: 'replace', path: '/a/01', value: 9 }], { a: [1, 2] }), { a: [1, 9] })
  })

  it('is refused whole, with 422, where it does not apply', () => {
    const says = '422 the server rejected our request due to an error in our request: '
    assert.equal(refused([{ op: 'test', path: '/a/b/0', value: 2 }]), `${says}testing value /a/b/0 failed: test failed`)
    assert.equal(
      refused([{ op: 'remove', path: '/nope' }]),
      `${says}remove operation does not apply: doc is missing path: "/nope": missing value`,
    )
    for (const path of ['/nope/x', '/a/b/9', '/a/b/x', '/a/b/1.0', '/x~1y/z'])
      assert.match(refused([{ op: 'add', path, value: 1 }]), /^422 .*add operation does not apply/, path)
    assert.match(refused([{ op: 'replace', path: '/a/b/3', value: 1 }]), /^422 /)
    assert.match(refused([{ op: 'test', path: '/nope/x', value: null }]), /^422 /)
    assert.match(refused([{ op: 'move', from: '/nope', path: '/a' }]), /^422 /)
  })

  it('copies a value as one of its own, and names that nobody should have too', () => {
    const copy = { op: 'copy', from: '/a', path: '/c' }
    const edit = { op: 'add', path: '/c/b/0', value: 0 }
    const on = JSON.parse('{"a":{"b":[1],"n":null,"__proto__":{"x":true}}}') as object
    const made = JSON.stringify(patched([copy, edit], on))
    assert.equal(
      made,
      '{"a":{"b":[1],"n":null,"__proto__":{"x":true}},"c":{"b":[0,1],"n":null,"__proto__":{"x":true}}}',
    )
  })

  it('gives others a turn between any two operations, and says the same then', async () => {
    let asked = 0
    let rested = 0
    const turn = { isOver: () => ++asked % 10 === 0, next: async () => void rested++ }
    const operations = Array.from({ length: 100 }, (_, i) => ({ op: 'add', path: '/a/b/-', value: i }))
    const inTurns = await applyJsonPatchInTurns(document, operations, turn)
    assert.deepEqual(inTurns, applyJsonPatch(document, operations))
    assert.equal(rested, 10)
  })

  it('is refused, with 400, where it is no patch', () => {
    for (const patch of [
      {},
      [1],
      [{ op: 'spin', path: '/a' }],
      [{ op: 'add', path: 'a', value: 1 }],
      [{ op: 'copy', path: '/a' }],
    ])
      assert.match(refused(patch), /^400 /, JSON.stringify(patch))
  })

  it('replaces the whole document, but neither puts it in nor takes it, as Kubernetes', () => {
    assert.deepEqual(patched([{ op: 'replace', path: '', value: { z: 1 } }]), { z: 1 })
    for (const operation of [
      { op: 'add', path: '', value: {} },
      { op: 'replace', path: '', value: 1 },
      { op: 'remove', path: '' },
      { op: 'copy', from: '', path: '/b' },
      { op: 'copy', from: '/a', path: '' },
      { op: 'move', from: '', path: '/b' },
    ])
      assert.match(refused([operation], { a: { b: 1 } }), /^422 /, JSON.stringify(operation))
  })

  it('takes a value that is not there for null', () => {
    assert.deepEqual(patched([{ op: 'add', path: '/a' }], { a: 1 }), { a: null })
    assert.deepEqual(patched([{ op: 'replace', path: '/a' }], { a: 1 }), { a: null })
  })

  it('is refused, with 413, when it is long or grows without end', () => {
    assert.match(
      refused(Array(10_001).fill({ op: 'test', path: '' })),
      /^413 .*allowed maximum operations in a JSON patch is 10000, got 10001/,
    )
    const doubling = Array.from({ length: 60 }, (_, i) => ({ op: 'copy', from: '/a', path: `/a/c${i}` }))
    assert.match(refused(doubling, { a: { x: 'x'.repeat(1000) } }), /^413 .*accumulated size increase of copy/)
    assert.match(refused(doubling, { a: { x: 1 } }), /^413 .*the copies have more than 50000 values/)
  })

  it('takes ten thousand operations on one map or list as easily as one, and changes nothing that it was given', () => {
    const large = { map: Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`k${i}`, i])), list: [{ a: 1 }] }
    const before = JSON.stringify(large)
    const many = Array.from({ length: 5000 }, (_, i) => [
      { op: 'add', path: `/map/new${i}`, value: i },
      { op: 'remove', path: `/map/k${i}` },
    ]).flat()
    const { map } = patched(many, large) as typeof large
    assert.equal(Object.keys(map).length, 100_000)
    assert.equal(map.new4999, 4999)
    assert.equal(JSON.stringify(large), before)
    const long = Array.from({ length: 1_000_000 }, () => 1)
    const front = Array.from({ length: 10_000 }, () => ({ op: 'add', path: '/0', value: 1 }))
    assert.match(refused(front, long), /^413 .*moves more than 100000000 elements of lists/)
  })

  it('edits one of two copies alone, and values of the patch not at all', () => {
    const value = { x: { y: 1 } }
    const edits = [
      { op: 'add', path: '/a', value },
      { op: 'copy', from: '/a', path: '/b' },
      { op: 'add', path: '/a/x/y', value: 2 },
      { op: 'add', path: '/b/x/z', value: 3 },
      { op: 'move', from: '/a', path: '/c' },
      { op: 'add', path: '/c/x/w', value: 4 },
    ]
    assert.deepEqual(patched(edits, {}), { b: { x: { y: 1, z: 3 } }, c: { x: { y: 2, w: 4 } } })
    assert.deepEqual(value, { x: { y: 1 } })
  })

  it('undoes what it did (property)', () => {
    const value = fc.jsonValue({ maxDepth: 2 })
    fc.assert(
      fc.property(fc.dictionary(fc.string(), value), fc.string(), value, (before, key, added) => {
        const whole = JSON.parse(JSON.stringify(before)) as Record<string, unknown>
        const path = `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`
        const there = Object.hasOwn(whole, key)
        const after = patched([{ op: 'add', path, value: added }], whole)
        const undo = there ? { op: 'replace', path, value: whole[key] } : { op: 'remove', path }
        assert.deepEqual(patched([{ op: 'test', path, value: added }, undo], after), whole)
      }),
    )
  })

  it('moved there and back, and copied and removed, is as before (property)', () => {
    const object = fc.dictionary(fc.stringMatching(/^[a-c]$/), fc.jsonValue({ maxDepth: 1 }), { minKeys: 1 })
    fc.assert(
      fc.property(object, before => {
        const whole = JSON.parse(JSON.stringify(before)) as Record<string, unknown>
        const path = `/${Object.keys(whole)[0]}`
        assert.deepEqual(
          patched(
            [
              { op: 'move', from: path, path: '/new' },
              { op: 'move', from: '/new', path },
            ],
            whole,
          ),
          whole,
        )
        assert.deepEqual(
          patched(
            [
              { op: 'copy', from: path, path: '/new' },
              { op: 'remove', path: '/new' },
            ],
            whole,
          ),
          whole,
        )
      }),
    )
  })
})

describe('merge patch', () => {
  const merged = (on: unknown, patch: unknown): unknown => {
    const result = applyMergePatch(on, patch)
    assert.ok(E.isRight(result))
    return result.right
  }
  it('follows the examples of RFC 7386', () => {
    const cases: readonly (readonly [unknown, unknown, unknown])[] = [
      [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
      [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
      [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
      [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
      [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
      [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
      [{ e: null }, { a: 1 }, { e: null, a: 1 }],
      [[1, 2], { a: 'b', c: null }, { a: 'b' }],
      [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
    ]
    for (const [on, patch, expected] of cases) assert.deepEqual(merged(on, patch), expected)
  })
  it('applied twice is applied once (property)', () => {
    const object = fc.dictionary(fc.stringMatching(/^[a-c]$/), fc.jsonValue({ maxDepth: 2 }))
    fc.assert(
      fc.property(object, object, (on, patch) => {
        const once = merged(on, patch)
        assert.deepEqual(merged(once, patch), once)
      }),
    )
  })
  it('that is no object is refused', () => assert.ok(E.isLeft(applyMergePatch({}, []))))
})
