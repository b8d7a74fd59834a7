import { isRecord, put } from '../json/json-value.ts'
import { memberSchema } from './structural-schema.ts'
import type { StructuralSchema } from './structural-schema.ts'

export type Path = readonly (string | number)[]

/**
 * A value without the fields that its schema does not have, whose paths are told, and without the nulls that it does not allow:
 * those count as absent. The
 * same value where there is nothing to be left out.
 */
export const prune = (schema: StructuralSchema, value: unknown, path: Path, unknown: (path: Path) => void): unknown => {
  if (Array.isArray(value)) {
    const { items } = schema
    const kept = items ? value.map((element, i) => prune(items, element, [...path, i], unknown)) : value
    return kept.some((element, i) => element !== value[i]) ? kept : value
  }
  if (!isRecord(value)) return value
  const kept: Record<string, unknown> = {}
  let same = true
  for (const name of Object.keys(value)) {
    const member = memberSchema(schema, name)
    const given = value[name]
    if (member === undefined) unknown([...path, name])
    if (member === undefined || (given === null && member !== 'any' && !member.nullable)) {
      same = false
      continue
    }
    const inner = member === 'any' ? given : prune(member, given, [...path, name], unknown)
    same &&= inner === given
    put(kept, name, inner)
  }
  return same ? value : kept
}
