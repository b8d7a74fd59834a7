import assert from 'node:assert/strict'
import fc from 'fast-check'
import { atOnce } from '@periplus/prelude'
import { deepEqual, serverSideApply } from '../../src/index.ts'
import type { Ownership } from '../../src/index.ts'
import { context, owner, ownedBy } from './world.ts'

const { apply, isEmptySet, merge, pathsOf, remove, trackUpdate, unfit } = serverSideApply
const compare = (...given: Parameters<typeof serverSideApply.compare>) => atOnce(serverSideApply.compare(...given))
const fieldsOf = (...given: Parameters<typeof serverSideApply.fieldsOf>) => atOnce(serverSideApply.fieldsOf(...given))
const { type } = context

interface State {
  readonly object: unknown
  readonly owners: readonly Ownership[]
}
const nothing: State = { object: {}, owners: [] }
const applied = ({ object, owners }: State, manager: string, configuration: unknown, force = false): State => {
  const result = apply(context, object, configuration, owners, owner(manager), force)
  assert.deepEqual(result.conflicts, [])
  return result
}
const updated = ({ object, owners }: State, manager: string, after: unknown): State => ({
  object: after,
  owners: trackUpdate(context, object, after, owners, owner(manager, 'Update')),
})
const web = { name: 'web', image: 'a' }
const log = { name: 'log', image: 'b' }

describe('server-side apply', () => {
  it('gives the applier what they name, and leaves all else', () => {
    const made = updated(nothing, 'editor', { replicas: 1, metadata: { name: 'x', labels: { a: '1' } } })
    const after = applied(made, 'tool', { metadata: { labels: { b: '2' } }, paused: true })
    assert.deepEqual(after.object, { replicas: 1, metadata: { name: 'x', labels: { a: '1', b: '2' } }, paused: true })
    assert.deepEqual(ownedBy(after.owners), {
      'editor (updates)': ['f:replicas', 'f:metadata f:labels', 'f:metadata f:labels f:a'],
      tool: ['f:paused', 'f:metadata f:labels f:b'],
    })
  })

  it('refuses what others own, unless it is forced or says the same', () => {
    const made = applied(nothing, 'one', { replicas: 1, containers: [web] })
    const conflicts = apply(
      context,
      made.object,
      { replicas: 2, containers: [{ name: 'web', image: 'c' }] },
      made.owners,
      owner('two'),
      false,
    ).conflicts
    assert.deepEqual(
      conflicts.map(({ owner: { manager }, path }) => [manager, path.join(' ')]),
      [
        ['one', 'f:replicas'],
        ['one', 'f:containers k:{"name":"web"} f:image'],
      ],
    )
    assert.deepEqual(serverSideApply.applyConflict(conflicts), {
      tag: 'ApplyConflict',
      message: 'Apply failed with 2 conflicts: conflicts with "one":\n- .replicas\n- .containers[name="web"].image',
      causes: [
        { reason: 'FieldManagerConflict', message: 'conflict with "one"', field: '.replicas' },
        { reason: 'FieldManagerConflict', message: 'conflict with "one"', field: '.containers[name="web"].image' },
      ],
    })
    const shared = applied(made, 'two', { replicas: 1 })
    assert.deepEqual(ownedBy(shared.owners)['two'], ['f:replicas'])
    const forced = applied(shared, 'two', { replicas: 2 }, true)
    assert.deepEqual(forced.object, { replicas: 2, containers: [web] })
    assert.ok(!ownedBy(forced.owners)['one']?.includes('f:replicas'))
  })

  it('takes away what the applier says no more, unless somebody else owns it', () => {
    const first = applied(nothing, 'one', { replicas: 1, paused: true, containers: [web, log], tags: ['x', 'y'] })
    const shared = applied(first, 'two', { containers: [log], tags: ['y'] })
    const less = applied(shared, 'one', { replicas: 1, containers: [web] })
    assert.deepEqual(less.object, { replicas: 1, containers: [web, log], tags: ['y'] })
    const edited = updated(less, 'editor', { replicas: 1, containers: [{ ...web, args: ['-v'] }, log], tags: ['y'] })
    const none = applied(edited, 'one', {})
    // Nobody else owns the element as such, so what is set in it goes with it.
    assert.deepEqual(none.object, { containers: [log], tags: ['y'] })
    assert.deepEqual(Object.keys(ownedBy(none.owners)), ['two'])
  })

  it('merges lists by what tells their elements apart, in the order of what is applied', () => {
    const live = { containers: [web, log, { name: 'old' }], order: ['a', 'b'], target: { kind: 'A', name: 'a' } }
    const configuration = { containers: [{ name: 'new' }, log, web], order: ['c'], target: { name: 'b' } }
    assert.deepEqual(merge(type, live, configuration), {
      containers: [{ name: 'new' }, log, { name: 'old' }, web],
      order: ['c'],
      target: { name: 'b' },
    })
    const ports = merge(
      type,
      { containers: [{ name: 'web', ports: [{ port: 80, protocol: 'TCP', name: 'http' }] }] },
      { containers: [{ name: 'web', ports: [{ port: 80 }, { port: 80, protocol: 'UDP' }] }] },
    )
    assert.deepEqual(ports, {
      containers: [
        {
          name: 'web',
          ports: [
            { port: 80, protocol: 'TCP', name: 'http' },
            { port: 80, protocol: 'UDP' },
          ],
        },
      ],
    })
  })

  it('gives what an update sets to whoever updates, and takes it from the others', () => {
    const made = applied(nothing, 'one', { replicas: 1, metadata: { labels: { a: '1', b: '2' } } })
    const after = updated(made, 'editor', { replicas: 3, metadata: { labels: { b: '2' } }, status: { ready: 1 } })
    assert.deepEqual(ownedBy(after.owners), {
      'editor (updates)': ['f:replicas'],
      one: ['f:metadata f:labels f:b'],
    })
    assert.deepEqual(updated(after, 'other', after.object).owners, after.owners, 'who changes nothing owns nothing')
  })

  it('forgets what is owned in a version that there is no more', () => {
    const old: Ownership = { ...owner('old'), apiVersion: 'gone/v1', fields: { 'f:replicas': {} }, time: undefined }
    assert.deepEqual(
      ownedBy(updated({ object: { replicas: 1 }, owners: [old] }, 'x', { replicas: 1, paused: true }).owners),
      {
        'x (updates)': ['f:paused'],
      },
    )
  })

  it('makes one of those who updated long ago', () => {
    let state = nothing
    for (let i = 0; i < 14; i++) {
      const labels = { ...(state.object as { metadata?: { labels?: object } }).metadata?.labels, [`l${i}`]: 'x' }
      state = updated(state, `m${String(i).padStart(2, '0')}`, { metadata: { labels } })
    }
    const managers = Object.keys(ownedBy(state.owners))
    assert.equal(managers.length, 10)
    assert.ok(managers.includes('ancient-changes (updates)'))
    const owned = state.owners.flatMap(({ fields }) => pathsOf(fields)).filter(path => path.length === 3)
    assert.equal(owned.length, 14, 'each field is still somebody’s')
  })

  it('says what does not fit a type', () => {
    assert.deepEqual(
      unfit(type, {
        replicas: 'x',
        spice: 1,
        containers: [{ name: 'a', ports: [{ port: 1 }, { port: 1 }] }, { image: 'b' }],
      }),
      [
        '.replicas: expected numeric (int or float), got string',
        '.spice: field not declared in schema',
        '.containers[name="a"].ports: duplicate entries for key [port=1,protocol="TCP"]',
        '.containers: element 1: associative list with keys has an element that omits all key fields ["name"] (and doesn\'t have default values for any key fields)',
      ],
    )
  })
})

const unique = <A>(values: readonly A[], key: (value: A) => unknown): readonly A[] => [
  ...new Map(values.map(value => [key(value), value])).values(),
]
const letter = fc.constantFrom('a', 'b', 'c')
const container = fc.record(
  {
    name: letter,
    image: letter,
    args: fc.array(letter, { maxLength: 2 }),
    ports: fc
      .array(fc.record({ port: fc.constantFrom(80, 443), name: letter }, { requiredKeys: ['port'] }), { maxLength: 3 })
      .map(ports => unique(ports, ({ port }) => port)),
  },
  { requiredKeys: ['name'] },
)
const free: fc.Arbitrary<unknown> = fc.oneof(
  letter,
  fc.array(letter, { maxLength: 2 }),
  fc.dictionary(letter, letter, { noNullPrototype: true }),
)
const thing = fc.record(
  {
    metadata: fc.record({ labels: fc.dictionary(letter, letter, { maxKeys: 3, noNullPrototype: true }) }),
    replicas: fc.constantFrom(1, 2),
    paused: fc.boolean(),
    containers: fc.array(container, { maxLength: 3 }).map(all => unique(all, ({ name }) => name)),
    tags: fc.uniqueArray(letter, { maxLength: 3 }),
    order: fc.array(letter, { maxLength: 3 }),
    target: fc.record({ kind: letter, name: letter }, { requiredKeys: [] }),
    free,
  },
  { requiredKeys: [] },
)

describe('the laws of applying', () => {
  it('changes nothing when the same is applied again', () => {
    fc.assert(
      fc.property(thing, thing, (live, configuration) => {
        const first = apply(context, live, configuration, [], owner('one'), true)
        const second = apply(context, first.object, configuration, first.owners, owner('one'), false)
        assert.deepEqual(second.conflicts, [])
        assert.deepEqual(second.object, first.object)
        assert.deepEqual(second.owners, first.owners)
      }),
      { numRuns: 500 },
    )
  })

  it('holds what was applied, and takes all of it away again', () => {
    fc.assert(
      fc.property(thing, configuration => {
        const { object, owners } = applied(nothing, 'one', configuration)
        assert.ok(deepEqual(merge(type, object, configuration), object))
        const gone = applied({ object, owners }, 'one', {})
        assert.deepEqual(gone.owners, [])
        assert.ok(isEmptySet(fieldsOf(type, gone.object)) || JSON.stringify(gone.object) === '{"metadata":{}}')
      }),
      { numRuns: 500 },
    )
  })

  it('makes of two appliers’ configurations an object with both, each owning their own', () => {
    fc.assert(
      fc.property(thing, thing, thing, (a, b, live) => {
        const start = updated(nothing, 'maker', live)
        const one = apply(context, start.object, a, start.owners, owner('one'), true)
        const two = apply(context, one.object, b, one.owners, owner('two'), true)
        for (const { manager, fields } of two.owners) {
          const there = new Set(pathsOf(atOnce(serverSideApply.allOf(type, two.object))).map(path => path.join(' ')))
          for (const path of pathsOf(fields)) assert.ok(there.has(path.join(' ')), `${manager} owns ${path.join(' ')}`)
        }
        assert.ok(deepEqual(merge(type, two.object, b), two.object))
      }),
      { numRuns: 500 },
    )
  })

  it('finds in a comparison just what is different', () => {
    fc.assert(
      fc.property(thing, thing, (before, after) => {
        const { added, modified, removed } = compare(type, before, after)
        const back = compare(type, after, before)
        assert.deepEqual([back.added, back.modified, back.removed], [removed, modified, added])
        const same = compare(type, before, structuredClone(before))
        assert.ok([same.added, same.modified, same.removed].every(isEmptySet))
        const without = remove(type, after, added)
        assert.ok(isEmptySet(compare(type, before, without ?? {}).added))
      }),
      { numRuns: 500 },
    )
  })
})
