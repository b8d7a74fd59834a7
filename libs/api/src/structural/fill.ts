import { isRecord, put } from '../json/json-value.ts'
import { memberSchema } from './structural-schema.ts'
import type { StructuralSchema } from './structural-schema.ts'

/** A value with the defaults of its schema where it says nothing; the same value where nothing was missing. */
export const fill = (schema: StructuralSchema, value: unknown): unknown => {
  if (Array.isArray(value)) {
    const { items } = schema
    const filled = items ? value.map((element: unknown) => fill(items, element)) : value
    return filled.some((element, i) => element !== value[i]) ? filled : value
  }
  return isRecord(value) ? fillObject(schema, value) : value
}

const fillObject = (schema: StructuralSchema, value: Record<string, unknown>): Record<string, unknown> => {
  const changed = new Map<string, unknown>()
  for (const [name, property] of Object.entries(schema.properties ?? {}))
    if (property.default !== undefined && !Object.hasOwn(value, name))
      changed.set(name, fill(property, property.default))
  for (const name of Object.keys(value)) {
    const given = value[name]
    if (typeof given !== 'object') continue
    const member = memberSchema(schema, name)
    if (member === undefined || member === 'any') continue
    const filled = fill(member, given)
    if (filled !== given) changed.set(name, filled)
  }
  if (changed.size === 0) return value
  const filled = { ...value }
  for (const [name, member] of changed) put(filled, name, member)
  return filled
}
