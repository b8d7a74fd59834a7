import { isRecord, put } from '../json/json-value.ts'
import { memberSchema } from './structural-schema.ts'
import type { StructuralSchema } from './structural-schema.ts'

export type Path = readonly (string | number)[]

/**
 * A value without the fields that its schema does not have, whose paths are told, and without the nulls that it does not allow:
 * those count as absent.
 */
export const prune = (schema: StructuralSchema, value: unknown, path: Path, unknown: (path: Path) => void): unknown => {
  if (Array.isArray(value)) {
    const { items } = schema
    return items ? value.map((element, i) => prune(items, element, [...path, i], unknown)) : value
  }
  if (!isRecord(value)) return value
  const kept: Record<string, unknown> = {}
  for (const name of Object.keys(value)) {
    const member = memberSchema(schema, name)
    const given = value[name]
    if (member === undefined) unknown([...path, name])
    else if (member === 'any') put(kept, name, given)
    else if (given !== null || member.nullable) put(kept, name, prune(member, given, [...path, name], unknown))
  }
  return kept
}
