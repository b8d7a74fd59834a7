import assert from 'node:assert/strict'
import type { Schema, Shape } from '@periplus/api'
import * as kinds from '@periplus/kinds'
import { builtinKinds, listSchema, requestBodies } from '@periplus/kinds'
import { factsOf, typesOf } from './reference/facts-of-schema.ts'
import { reference } from './reference/reference.ts'
import { wireNumber } from './reference/wire-numbers.ts'
import type { WireNumber } from './reference/wire-numbers.ts'

type StructShape = Extract<Shape, { tag: 'struct' }>

/** Every struct that can be reached from what the package exports. */
const reachable = (): ReadonlyMap<string, StructShape> => {
  const found = new Map<string, StructShape>()
  const visit = ({ shape }: Schema<unknown>): void => {
    if (shape.tag === 'list' || shape.tag === 'map') visit(shape.of)
    if (shape.tag === 'lazy') visit(shape.get())
    if (shape.tag !== 'struct' || found.has(shape.name)) return
    found.set(shape.name, shape)
    for (const field of Object.values(shape.fields)) visit(field.schema)
  }
  for (const kind of builtinKinds) {
    // Kubernetes has the readings of another server.
    if (kind.group === 'metrics.k8s.io') continue
    visit(kind.schema)
    if (kind.verbs.includes('list')) visit(listSchema(kind))
  }
  for (const { schema } of requestBodies) visit(schema)
  for (const exported of Object.values(kinds)) if ('shape' in exported) visit(exported as Schema<unknown>)
  return found
}

/** In the reference, but a way of writing another type rather than a struct. */
const notStructs = new Set(
  Object.keys(reference.types).filter(name => {
    const { scalar, inline } = reference.types[name] ?? {}
    return (scalar !== undefined && (scalar !== 'object' || inline !== undefined)) || name.endsWith('meta.v1.Patch')
  }),
)

/** The reference has no protobuf file of an alpha version that was replaced; lists of every kind have the same two numbers. */
const expectedNumber = (name: string, key: string): WireNumber => {
  const known = wireNumber(name, key)
  if (known.number !== undefined || !name.endsWith('List')) return known
  return { number: { metadata: 1, items: 2 }[key], within: [] }
}

describe('every built-in type, held against the facts of Kubernetes', () => {
  const structs = reachable()

  it('describes every type, and no other', () => {
    const expected = Object.keys(reference.types).filter(name => !notStructs.has(name))
    assert.deepEqual([...structs.keys()].sort(), expected.sort())
  })

  for (const [name, shape] of structs)
    it(name, () => {
      const facts = reference.types[name]
      assert.ok(facts)
      assert.equal(shape.options.atomic ?? false, facts.mapType === 'atomic')
      assert.deepEqual(Object.keys(shape.fields).sort(), Object.keys(facts.fields ?? {}).sort())
      for (const [key, field] of Object.entries(shape.fields)) {
        const { type, tag: _, ...rest } = facts.fields?.[key] ?? { type: '' }
        assert.ok(
          typesOf(field.schema).some(candidate => JSON.stringify(candidate) === JSON.stringify(type)),
          `${key} is ${JSON.stringify(type)}`,
        )
        assert.deepEqual(factsOf(field), rest, key)
        const wire = { number: field.number, within: field.options.within ?? [] }
        assert.deepEqual(wire, expectedNumber(name, key), key)
      }
    })
})
