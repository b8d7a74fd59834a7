import { elementsOf, isMember, noFields, nodeOf } from './field-set.ts'
import type { Children, FieldSet } from './field-set.ts'
import { memberType } from './merge-type.ts'
import type { MergeType } from './merge-type.ts'

/** The type of what an element of a set names; `undefined` where the type has none. */
const typeBelow = (type: MergeType | undefined, element: string): MergeType | undefined => {
  if (type?.tag === 'map') return element.startsWith('f:') ? memberType(type, element.slice(2)) : undefined
  if (type?.tag === 'list') return type.of()
  return type?.tag === 'any' ? type : undefined
}

const named = (node: FieldSet, type: MergeType | undefined, member: boolean): FieldSet => {
  const children: Children = {}
  for (const element of elementsOf(node)) {
    const below = node[element] ?? noFields
    const isNamed = type?.tag === 'map' && element.startsWith('f:') && type.named(element.slice(2)) !== undefined
    children[element] =
      elementsOf(below).length === 0 ? below : named(below, typeBelow(type, element), isMember(below) || isNamed)
  }
  return nodeOf(member, children) ?? noFields
}

/** The set with the fields that a type names wherever something below them is in it. */
export const withNamedFields = (set: FieldSet, type: MergeType): FieldSet => named(set, type, false)

const fitted = (node: FieldSet, type: MergeType | undefined): FieldSet => {
  if (elementsOf(node).length === 0 || !type || type.tag === 'any') return node
  if (type.tag === 'scalar') return node
  if (type.tag === 'map' ? type.atomic : type.relation === 'atomic') return noFields
  return fittedBelow(node, type)
}

const fittedBelow = (node: FieldSet, type: MergeType): FieldSet => {
  let changed = false
  const children: Children = {}
  for (const element of elementsOf(node)) {
    const before = node[element] ?? noFields
    const after = fitted(before, typeBelow(type, element))
    if (after !== before) changed = true
    children[element] = after
  }
  // Of a whole set, `.` is never there.
  return changed ? (nodeOf(Object.hasOwn(node, '.'), children) ?? noFields) : node
}

/** The set as a type has it by now: who owned parts of what has become one thing owns that. */
export const fittedTo = (set: FieldSet, type: MergeType): FieldSet => fittedBelow(set, type)
