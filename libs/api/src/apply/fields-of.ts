import { elementsBy } from './list-elements.ts'
import { noFields, nodeOf, setOf } from './field-set.ts'
import type { Children, FieldSet } from './field-set.ts'
import { formOf, listOf, membersOf } from './form.ts'
import { memberType } from './merge-type.ts'
import type { ListType, MapType, MergeType } from './merge-type.ts'
import { fieldElement } from './path-element.ts'

/**
 * The fields that a value claims: its leaves, the elements of its lists, and members that no type names. Throws `UnfitValue` where
 * elements of a list cannot be told apart.
 */
export const fieldsOf = (type: MergeType, value: unknown): FieldSet => {
  const form = formOf(type, value)
  if (form.tag === 'leaf') return noFields
  return setOf(form.tag === 'list' ? ofElements(form.type, listOf(value)) : ofMembers(form.type, membersOf(value)))
}

const below = (type: MergeType | undefined, value: unknown, member: boolean): FieldSet | undefined => {
  if (!type) return noFields
  const form = formOf(type, value)
  if (form.tag === 'leaf') return noFields
  const children = form.tag === 'list' ? ofElements(form.type, listOf(value)) : ofMembers(form.type, membersOf(value))
  return nodeOf(member, children)
}

const ofMembers = (type: MapType, members: Readonly<Record<string, unknown>>): Children => {
  const children: Children = {}
  for (const [name, value] of Object.entries(members)) {
    if (value === undefined) continue
    const named = type.named(name)
    const isEmpty =
      value === null || (typeof value === 'object' && !Array.isArray(value) && Object.keys(value).length === 0)
    const node = below(named ?? type.other, value, isEmpty || !named)
    if (node) children[fieldElement(name)] = node
  }
  return children
}

const ofElements = (type: ListType, list: readonly unknown[]): Children => {
  const children: Children = {}
  for (const [element, values] of elementsBy(type, list))
    children[element] = values.length > 1 ? noFields : (below(type.of(), values[0], true) ?? noFields)
  return children
}

/** All of a value: its leaves and everything that they are in. What a change adds that adds the value. */
export const allOf = (type: MergeType | undefined, value: unknown): FieldSet => {
  if (!type) return noFields
  const form = formOf(type, value)
  if (form.tag === 'leaf') return noFields
  const children: Children = {}
  if (form.tag === 'map') {
    const members = membersOf(value)
    for (const name in members)
      if (members[name] !== undefined) children[fieldElement(name)] = allOf(memberType(form.type, name), members[name])
  } else
    for (const [element, values] of elementsBy(form.type, listOf(value)))
      children[element] = values.length > 1 ? noFields : allOf(form.type.of(), values[0])
  return nodeOf(true, children) ?? noFields
}
