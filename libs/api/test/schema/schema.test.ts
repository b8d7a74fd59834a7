import assert from 'node:assert/strict'
import fc from 'fast-check'
import { E } from '@periplus/prelude'
import { applyDefaults, codecOf, conform, predicateOf, schema } from '@periplus/api'
import { builtinKinds } from '@periplus/kinds'
import { valueOf } from '../arbitrary-value.ts'

const { boolean, int32, lazy, list, map, optional, required, string, struct } = schema

interface Tree {
  readonly name: string
  readonly children?: readonly Tree[]
}
const Tree: schema.Struct<schema.Fields> = struct('example.Tree', {
  name: required(1, string),
  size: optional(2, int32, { default: 1 }),
  children: optional(3, list(lazy<Tree>(() => Tree as unknown as schema.Schema<Tree>))),
  named: optional(4, map(lazy<Tree>(() => Tree as unknown as schema.Schema<Tree>))),
  options: optional(5, struct('example.Options', { on: optional(1, boolean, { default: true }) })),
})

describe('what is derived from a schema', () => {
  it('defaults are filled in where a field is absent and its struct is present', () => {
    const given = { name: 'a', children: [{ name: 'b', size: 5 }], named: { c: { name: 'c', options: {} } } }
    assert.deepEqual(applyDefaults(Tree, given as never), {
      name: 'a',
      size: 1,
      children: [{ name: 'b', size: 5 }],
      named: { c: { name: 'c', size: 1, options: { on: true } } },
    })
    assert.equal('size' in given, false)
  })

  it('defaults are filled into what Go holds by value though it is absent, and into nothing that it points to', () => {
    const filled = (kind: string): unknown => {
      const found = builtinKinds.find(one => one.kind === kind)
      assert(found)
      return (applyDefaults(found.schema, { spec: {} } as never) as { readonly spec?: unknown }).spec
    }
    const ofPods = {
      dnsPolicy: 'ClusterFirst',
      restartPolicy: 'Always',
      schedulerName: 'default-scheduler',
      securityContext: {},
      terminationGracePeriodSeconds: 30,
    }
    assert.deepEqual(filled('ReplicaSet'), { replicas: 1, template: { spec: ofPods } })
    assert.equal('template' in (filled('ReplicationController') as object), false)
  })

  it('a value that lacks nothing comes back itself', () => {
    const given = { name: 'a', size: 2, children: [{ name: 'b', size: 5 }] }
    assert.equal(applyDefaults(Tree, given as never), given)
  })

  it('the predicate and the codec agree on types that contain themselves', () => {
    const fits = predicateOf(Tree)
    for (const value of [
      { name: 'a', children: [{ name: 'b' }] },
      { name: 'a', children: [{}] },
      { name: 1 },
      [],
      null,
      { name: 'a', named: [] },
    ])
      assert.equal(fits(value), E.isRight(codecOf(Tree).decode(value)), JSON.stringify(value))
  })

  for (const kind of builtinKinds.filter(({ kind }) =>
    /^(Pod|Deployment|Node|Service|Job|NetworkPolicy|CustomResourceDefinition)$/.test(kind),
  ))
    it(`every value of ${kind.kind} fits, and is kept as it is (property)`, () => {
      fc.assert(
        fc.property(valueOf(kind.schema), value => {
          const conformed = conform(kind.schema, value)
          assert.equal(predicateOf(kind.schema)(conformed.value), true)
          assert.ok(E.isRight(codecOf(kind.schema).decode(conformed.value)))
          assert.deepEqual(conformed.unknown, [])
          assert.deepEqual(conform(kind.schema, conformed.value).value, conformed.value)
        }),
        { numRuns: 10 },
      )
    })
})
