import { shapeOf } from '@periplus/api'
import type { Schema } from '@periplus/api'
import fc from 'fast-check'
import { applyEdits, drawEdits } from './edits.ts'
import { kindOf } from './ours.ts'
import type { Seed } from './seeds.ts'
import { lessOf } from './trial.ts'
import type { Trial } from './trial.ts'
import { chance, keyOf, oneOf, valueOf } from './values.ts'
import type { Draw } from './values.ts'

type Type = 'strategic' | 'merge' | 'json'
type Json = Readonly<Record<string, unknown>>
const isJson = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)

/** Some of a value: what a merge patch could say of it, nulls in places. */
const some = (draw: Draw, value: unknown, strategic: boolean, schema: Schema<unknown> | undefined): unknown => {
  const shape = schema && shapeOf(schema)
  if (Array.isArray(value)) {
    const of = shape?.tag === 'list' ? shape.of : undefined
    const kept = value.filter(() => chance(draw, 75)).map(one => some(draw, one, strategic, of))
    const shuffled = chance(draw, 20) ? kept.toReversed() : kept
    const more = of && chance(draw, 20) ? [...shuffled, valueOf(draw, of, '')] : shuffled
    return strategic && chance(draw, 5) ? [...more, { $patch: oneOf(draw, ['replace', 'delete', 'merge', 'x']) }] : more
  }
  if (!isJson(value)) return chance(draw, 8) ? null : value
  const fields = shape?.tag === 'struct' ? shape.fields : {}
  const members = Object.entries(value).flatMap(([name, inner]): (readonly [string, unknown])[] => {
    if (chance(draw, name === 'name' ? 5 : 25)) return []
    if (chance(draw, 6)) return [[name, null]]
    const of = shape?.tag === 'map' ? shape.of : fields[name]?.schema
    const changed: readonly [string, unknown] = [name, some(draw, inner, strategic, of)]
    if (!strategic || !Array.isArray(inner)) return [changed]
    const key = fields[name]?.options?.mergeKey
    const identities = inner.map((one: unknown) => (key !== undefined && isJson(one) ? { [key]: one[key] } : one))
    const [isChanged, isOrdered, isShortened] = [90, inner.length > 0 ? 30 : 0, 8].map(percent => chance(draw, percent))
    return [
      ...(isChanged ? [changed] : []),
      ...(isOrdered ? [[`$setElementOrder/${name}`, reordered(draw, identities)] as const] : []),
      // Without an order, Kubernetes merges and shortens in an order that changes from run to run.
      ...(isShortened && (isOrdered || !isChanged)
        ? [[`$deleteFromPrimitiveList/${name}`, identities.slice(0, 1)] as const]
        : []),
    ]
  })
  const whole = Object.fromEntries(members)
  if (shape?.tag === 'map' && chance(draw, 20)) whole[keyOf(draw, shape.of)] = valueOf(draw, shape.of, '')
  if (!strategic) return whole
  if (chance(draw, 4)) whole['$patch'] = oneOf(draw, ['replace', 'delete', 'merge', 'x'])
  if (chance(draw, 6)) whole['$retainKeys'] = Object.keys(value).filter(() => chance(draw, 80))
  return whole
}

/** Never empty, as no client sends it: Kubernetes turns lists around then. */
const reordered = (draw: Draw, list: readonly unknown[]): readonly unknown[] => {
  const some = list.filter(() => chance(draw, 90))
  const kept = some.length > 0 ? some : list
  const turned = chance(draw, 30) ? kept.toReversed() : kept
  return chance(draw, 10) ? [...turned, ...turned.slice(0, 1)] : turned
}

const pointers = (value: unknown, path: string): readonly string[] =>
  isJson(value) || Array.isArray(value)
    ? [
        path,
        ...Object.entries(value).flatMap(([name, inner]) =>
          pointers(inner, `${path}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`),
        ),
      ]
    : [path]

const operations = (draw: Draw, object: unknown): readonly unknown[] => {
  const all = pointers(object, '')
  const place = (): string => {
    const path = oneOf(draw, all)
    return `${path}${oneOf(draw, ['', '', '', '', '/-', '/0', '/1', '/x', '/-1', '/00', '/~'])}`
  }
  return Array.from({ length: draw(fc.integer, { min: 1, max: 3 }) }, () => {
    const op = oneOf(draw, ['add', 'remove', 'replace', 'move', 'copy', 'test'])
    const value = oneOf<unknown>(draw, ['a', 1, null, {}, { a: 'b' }, [], ['a'], true])
    const needsFrom = op === 'move' || op === 'copy'
    return { op, path: place(), ...(needsFrom ? { from: place() } : op === 'remove' ? {} : { value }) }
  })
}

const trialOf = (resource: string, type: Type, object: unknown, patch: unknown): Trial => ({
  subject: type === 'strategic' ? `${resource} by strategic patch` : `${type} patches`,
  question: { op: 'patch', type, object, patch },
  shown: `${JSON.stringify(patch)} upon ${JSON.stringify(object)}`,
  smaller: () => [
    ...lessOf(patch).map(less => trialOf(resource, type, object, less)),
    ...lessOf(object)
      .filter(hasKind)
      .map(less => trialOf(resource, type, less, patch)),
  ],
})

const hasKind = (object: unknown): boolean => isJson(object) && 'apiVersion' in object && 'kind' in object

/** Of a patch of an object: what comes of it, or that it cannot be applied. */
export const patch = (draw: Draw, { resource, object, parts }: Seed): Trial => {
  const { schema } = kindOf(object)
  const type = oneOf<Type>(draw, ['strategic', 'strategic', 'strategic', 'merge', 'json'])
  if (type === 'json') return trialOf(resource, type, object, operations(draw, object))
  const changed = applyEdits(object, drawEdits(draw, schema, object, parts))
  const { apiVersion: _, kind: __, ...rest } = changed as Json
  const body = some(draw, rest, type === 'strategic', schema)
  return trialOf(resource, type, object, body)
}
