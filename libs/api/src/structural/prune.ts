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
    const kept = items
      ? value.map((element, i) =>
          typeof element === 'object' ? prune(items, element, [...path, i], unknown) : element,
        )
      : value
    return kept.some((element, i) => element !== value[i]) ? kept : value
  }
  if (!isRecord(value)) return value
  const changed = new Map<string, unknown>()
  for (const name of Object.keys(value)) {
    const member = memberSchema(schema, name)
    const given = value[name]
    if (member === undefined) unknown([...path, name])
    if (member === undefined || (given === null && member !== 'any' && !member.nullable)) changed.set(name, undefined)
    else if (member !== 'any' && typeof given === 'object') {
      const inner = prune(member, given, [...path, name], unknown)
      if (inner !== given) changed.set(name, inner)
    }
  }
  return changed.size === 0 ? value : withChanges(value, changed)
}

/** Members that became `undefined` are left out. */
const withChanges = (
  value: Readonly<Record<string, unknown>>,
  changed: ReadonlyMap<string, unknown>,
): Record<string, unknown> => {
  const kept: Record<string, unknown> = {}
  for (const name of Object.keys(value)) {
    const member = changed.has(name) ? changed.get(name) : value[name]
    if (member !== undefined) put(kept, name, member)
  }
  return kept
}
