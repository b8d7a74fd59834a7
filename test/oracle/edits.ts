import { shapeOf } from '@periplus/api'
import type { Schema } from '@periplus/api'
import fc from 'fast-check'
import { keyOf, oneOf, unknownThere, valueOf } from './values.ts'
import type { Draw } from './values.ts'

export type Path = readonly (string | number)[]

/** One change of an object; `undefined` takes away what is there. */
export interface Edit {
  readonly path: Path
  readonly value: unknown
}

interface Slot {
  readonly path: Path
  readonly schema: Schema<unknown>
  readonly present: boolean
}

type Json = Readonly<Record<string, unknown>>

const isJson = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)

/** Every place of the object that its schema knows, empty ones too. */
const slotsOf = (schema: Schema<unknown>, value: unknown, path: Path): readonly Slot[] => {
  const shape = shapeOf(schema)
  if (shape.tag === 'list' && Array.isArray(value))
    return value.flatMap((element, i) => [
      { path: [...path, i], schema: shape.of, present: true },
      ...slotsOf(shape.of, element, [...path, i]),
    ])
  if (!isJson(value)) return []
  if (shape.tag === 'map')
    return Object.keys(value).map(key => ({ path: [...path, key], schema: shape.of, present: true }))
  if (shape.tag !== 'struct') return []
  const drawn = Object.entries(shape.fields).filter(([name]) => !unknownThere.has(name))
  return drawn.flatMap(([name, field]) => [
    { path: [...path, name], schema: field.schema, present: value[name] !== undefined },
    ...slotsOf(field.schema, value[name], [...path, name]),
  ])
}

/** Identity is what both sides are told from outside, and the past is not the client's to write. */
const given =
  /^(apiVersion|kind|metadata$|metadata\.(name|generateName|namespace|uid|resourceVersion|creationTimestamp|managedFields|generation|self|deletion))/

const fieldOf = (path: Path): string => String(path.findLast(step => typeof step === 'string') ?? '')

/** A change at a place drawn from `root`'s places: the object's own fields as often as those deep inside. */
const drawEdit = (draw: Draw, schema: Schema<unknown>, object: unknown, within: string): Edit | undefined => {
  const all = slotsOf(schema, object, []).filter(({ path }) => !given.test(path.join('.')))
  const wanted = all.filter(({ path }) => path[0] === within && path.length > 1)
  const near = wanted.filter(({ path }) => path.length <= 4)
  const pool = draw(fc.boolean) && near.length > 0 ? near : wanted.length > 0 ? wanted : all
  if (pool.length === 0) return undefined
  const slot = oneOf(draw, pool)
  const { path, schema: of } = slot
  const shape = shapeOf(of)
  const action = draw(fc.integer, { min: 0, max: 9 })
  if (slot.present && action === 0) return { path, value: undefined }
  const value = at(object, path)
  if (shape.tag === 'list' && Array.isArray(value) && value.length > 0 && action < 5)
    return { path, value: [...(value as unknown[]), action < 3 ? value[0] : valueOf(draw, shape.of, fieldOf(path))] }
  if (shape.tag === 'map' && isJson(value) && action < 6)
    return { path, value: { ...value, [keyOf(draw, shape.of)]: valueOf(draw, shape.of, fieldOf(path)) } }
  return { path, value: valueOf(draw, of, fieldOf(path)) }
}

/** One to three changes, mostly of the spec (or of the data, for kinds without one). */
export const drawEdits = (
  draw: Draw,
  schema: Schema<unknown>,
  object: unknown,
  parts: readonly string[],
): readonly Edit[] => {
  const edits: Edit[] = []
  let current = object
  for (let count = oneOf(draw, [1, 1, 1, 2, 2, 3]); count > 0; count--) {
    const within = draw(fc.integer, { min: 0, max: 9 }) === 0 ? 'metadata' : oneOf(draw, parts)
    const edit = drawEdit(draw, schema, current, within)
    if (!edit) continue
    edits.push(edit)
    current = applyEdits(current, [edit])
  }
  return edits
}

export const at = (value: unknown, path: Path): unknown =>
  path.reduce<unknown>((inner, step) => (inner as Json | undefined)?.[step as string], value)

/** The object with the changes made; one whose place is not there any more changes nothing. */
export const applyEdits = (object: unknown, edits: readonly Edit[]): unknown =>
  edits.reduce((current, { path, value }) => put(current, path, value), object)

const put = (container: unknown, [step, ...rest]: Path, value: unknown): unknown => {
  if (step === undefined) return value
  if (Array.isArray(container)) {
    const index = Number(step)
    if (index >= container.length) return container
    if (rest.length === 0 && value === undefined) return container.filter((_, i) => i !== index)
    return container.map((element, i) => (i === index ? put(element, rest, value) : (element as unknown)))
  }
  if (!isJson(container)) return container
  const next = put(container[step], rest, value)
  if (next === undefined) return Object.fromEntries(Object.entries(container).filter(([name]) => name !== step))
  return { ...container, [step]: next }
}
