import { put } from '../json/json-value.ts'
import { elementOf } from './list-elements.ts'
import { hasElement, isEmptySet, nodeAt } from './field-set.ts'
import type { FieldSet } from './field-set.ts'
import { formOf, listOf, membersOf } from './form.ts'
import { memberType } from './merge-type.ts'
import type { ListType, MapType, MergeType } from './merge-type.ts'
import { fieldElement } from './path-element.ts'
import { E } from '@periplus/prelude'

/** A value without the fields of a set, and without what is below them. `null` for what has nothing left. */
export const remove = (type: MergeType | undefined, value: unknown, fields: FieldSet): unknown => {
  if (!type || isEmptySet(fields)) return value
  const form = formOf(type, value)
  if (form.tag === 'leaf') return typeof value === 'object' ? null : value
  return form.tag === 'map'
    ? removeMembers(form.type, membersOf(value), fields)
    : removeElements(form.type, listOf(value), fields)
}

const removeMembers = (type: MapType, members: Readonly<Record<string, unknown>>, fields: FieldSet): unknown => {
  const kept: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(members)) {
    const element = fieldElement(name)
    if (hasElement(fields, element)) continue
    const below = nodeAt(fields, element)
    put(kept, name, below ? remove(memberType(type, name), value, below) : value)
  }
  return Object.keys(kept).length > 0 ? kept : null
}

const removeElements = (type: ListType, list: readonly unknown[], fields: FieldSet): unknown => {
  const kept = list.flatMap(value => {
    const element = elementOf(type, value)
    if (E.isLeft(element)) return [value]
    if (hasElement(fields, element.right)) return []
    const below = nodeAt(fields, element.right)
    return [below ? remove(type.of(), value, below) : value]
  })
  return kept.length > 0 ? kept : null
}
