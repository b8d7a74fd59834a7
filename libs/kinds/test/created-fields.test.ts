import assert from 'node:assert/strict'
import * as fc from 'fast-check'
import { atOnce, seededRandom } from '@periplus/prelude'
import type { Random } from '@periplus/prelude'
import { serverSideApply } from '@periplus/api'
import type { Kind, OwnershipContext, schema } from '@periplus/api'
import { builtinKinds } from '@periplus/kinds'

const { emptyObject, mergeTypeOf, trackCreationInSteps, trackUpdate, UnfitValue } = serverSideApply

type Shape = schema.Schema<unknown>['shape']

const texts = ['', 'a', 'b', 'web', '__proto__', '0', '1', '<&>', 'ö']

const pick = <A>(random: Random, items: readonly A[]): A => items[Math.floor(random() * items.length)] as A
const listOf = <A>(random: Random, one: () => A): readonly A[] => Array.from({ length: Math.floor(random() * 4) }, one)

const anything = (random: Random, depth: number): unknown => {
  const scalars = [null, true, 0, 1, 7n, ...texts, undefined]
  if (depth > 2 || random() < 0.4) return pick(random, scalars)
  if (random() < 0.5) return listOf(random, () => anything(random, depth + 1))
  return Object.fromEntries(listOf(random, () => [pick(random, texts), anything(random, depth + 1)] as const))
}

/** A value of a type, as a client might send one: fields left out, empty ones, elements that cannot be told apart, and here and there what is no such value. */
const valueOf = (shape: Shape, random: Random, depth: number): unknown => {
  if (random() < 0.02) return anything(random, depth)
  switch (shape.tag) {
    case 'lazy':
      return valueOf(shape.get().shape, random, depth)
    case 'list':
      return listOf(random, () => valueOf(shape.of.shape, random, depth + 1))
    case 'map':
      return Object.fromEntries(
        listOf(random, () => [pick(random, texts), valueOf(shape.of.shape, random, depth + 1)] as const),
      )
    case 'struct': {
      const often = depth === 0 ? 0.9 : depth > 5 ? 0.1 : 0.4
      const fields = Object.entries(shape.fields).filter(() => random() < often)
      return Object.fromEntries(
        fields.map(([name, { schema }]) => [name, valueOf(schema.shape, random, depth + 1)] as const),
      )
    }
    case 'scalar':
      return /raw/.test(shape.scalar)
        ? anything(random, depth)
        : shape.scalar === 'boolean'
          ? random() < 0.5
          : pick<unknown>(random, shape.scalar === 'string' ? texts : [0, 1, 80])
  }
}

const now = '2026-01-02T03:04:05Z'
const writer = { manager: 'm', operation: 'Update', apiVersion: 'v1', subresource: '' } as const

const owning = (kind: Kind, ignored: OwnershipContext['ignored']): OwnershipContext => {
  const type = mergeTypeOf(kind.schema)
  return { type, ignored, inVersion: object => ({ object, type }), isDescribed: false, now }
}

const orUnfit = (track: () => unknown): unknown => {
  try {
    return track()
  } catch (error) {
    if (error instanceof UnfitValue) return 'unfit'
    throw error
  }
}

describe('what is owned of an object by who creates it', () => {
  it('is what a comparison with nothing says, found in one walk', () => {
    fc.assert(
      fc.property(fc.integer(), fc.constantFrom(...builtinKinds), (seed, kind) => {
        const random = seededRandom(seed)
        const created = valueOf(kind.schema.shape, random, 0)
        const empty = emptyObject(kind.schema)
        const context = owning(kind, random() < 0.5 ? { 'f:status': {} } : {})
        const walked = orUnfit(() => atOnce(trackCreationInSteps(context, empty, created, writer)))
        const compared = orUnfit(() => trackUpdate(context, empty, created, [], writer))
        assert.deepEqual(walked, compared)
        assert.equal(text(walked), text(compared), 'in the same order')
      }),
      { numRuns: 1_500 },
    )
  })
})

const text = (value: unknown): string => JSON.stringify(value)
