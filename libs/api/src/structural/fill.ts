import { isRecord, put } from '../json/json-value.ts'
import { memberSchema } from './structural-schema.ts'
import type { StructuralSchema } from './structural-schema.ts'

/**
 * Values that defaults may bring to one object. A list of thousands of empty objects may have thousands of defaults for each; what they
 * would bring beyond this is left out, and whoever writes such an object is told.
 */
export const mostFilled = 50_000

/** A value with the defaults of its schema where it says nothing; the same value where nothing was missing. */
export const fill = (schema: StructuralSchema, value: unknown): unknown => filled(schema, value, { left: mostFilled })

/** Whether no default is missing: false for what `fill` gave up on. */
export const isFilled = (schema: StructuralSchema, value: unknown): boolean => fill(schema, value) === value

interface Room {
  left: number
}

const filled = (schema: StructuralSchema, value: unknown, room: Room): unknown => {
  if (Array.isArray(value)) {
    const { items } = schema
    const elements = items ? value.map((element: unknown) => filled(items, element, room)) : value
    return elements.some((element, i) => element !== value[i]) ? elements : value
  }
  return isRecord(value) ? filledObject(schema, value, room) : value
}

/** A default, itself filled in, with the values that it has. */
interface Default {
  readonly name: string
  readonly value: unknown
  readonly size: number
}

const known = new WeakMap<object, readonly Default[]>()

/** The defaults of a schema's own members, looked for once: lists have objects of one schema by the thousand. */
const defaultsOf = ({ properties }: StructuralSchema): readonly Default[] => {
  if (!properties) return []
  const found = known.get(properties)
  if (found) return found
  const defaults = Object.entries(properties).flatMap(([name, property]) => {
    if (property.default === undefined) return []
    const value = fill(property, property.default)
    return [{ name, value, size: sizeOf(value) }]
  })
  known.set(properties, defaults)
  return defaults
}

const sizeOf = (value: unknown): number => {
  if (typeof value !== 'object' || value === null) return 1
  return Object.values(value).reduce<number>((sum, one) => sum + sizeOf(one), 1)
}

const filledObject = (
  schema: StructuralSchema,
  value: Record<string, unknown>,
  room: Room,
): Record<string, unknown> => {
  const changed = new Map<string, unknown>()
  for (const { name, value: standard, size } of defaultsOf(schema)) {
    if (room.left < 0) break
    if (Object.hasOwn(value, name)) continue
    room.left -= size
    if (room.left >= 0) changed.set(name, standard)
  }
  for (const name in value) {
    const given = value[name]
    if (typeof given !== 'object') continue
    const member = memberSchema(schema, name)
    if (member === undefined || member === 'any') continue
    const after = filled(member, given, room)
    if (after !== given) changed.set(name, after)
  }
  if (changed.size === 0) return value
  const result = { ...value }
  for (const [name, member] of changed) put(result, name, member)
  return result
}
