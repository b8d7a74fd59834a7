import { isRestDue } from '@periplus/prelude'
import type { Steps } from '@periplus/prelude'
import { elementsBy } from './list-elements.ts'
import { noFields, nodeInSteps, setInSteps } from './field-set.ts'
import type { Children, FieldSet } from './field-set.ts'
import { formOf, leaf, listOf, membersOf } from './form.ts'
import type { Parted } from './form.ts'
import { memberType } from './merge-type.ts'
import type { ListType, MapType, MergeType } from './merge-type.ts'
import { fieldElement } from './path-element.ts'

/**
 * The fields that a value claims: its leaves, the elements of its lists, and members that no type names. Throws `UnfitValue` where
 * elements of a list cannot be told apart.
 */
export function* fieldsOf(type: MergeType, value: unknown): Steps<FieldSet> {
  const form = formOf(type, value)
  if (form.tag === 'leaf') return noFields
  return yield* setInSteps(yield* ofForm(form, value))
}

function* below(type: MergeType | undefined, value: unknown, member: boolean): Steps<FieldSet | undefined> {
  if (!type) return noFields
  const form = formOf(type, value)
  if (form.tag === 'leaf') return noFields
  return yield* nodeInSteps(member, yield* ofForm(form, value))
}

const ofForm = (form: Parted, value: unknown): Steps<Children> =>
  form.tag === 'list' ? ofElements(form.type, listOf(value)) : ofMembers(form.type, membersOf(value))

function* ofMembers(type: MapType, members: Readonly<Record<string, unknown>>): Steps<Children> {
  const children: Children = {}
  for (const [name, value] of Object.entries(members)) {
    if (isRestDue()) yield
    if (value === undefined) continue
    const named = type.named(name)
    const isEmpty =
      value === null || (typeof value === 'object' && !Array.isArray(value) && Object.keys(value).length === 0)
    const node = yield* below(named ?? type.other, value, isEmpty || !named)
    if (node) children[fieldElement(name)] = node
  }
  return children
}

function* ofElements(type: ListType, list: readonly unknown[]): Steps<Children> {
  const children: Children = {}
  for (const [element, values] of yield* elementsBy(type, list)) {
    if (isRestDue()) yield
    children[element] = values.length > 1 ? noFields : ((yield* below(type.of(), values[0], true)) ?? noFields)
  }
  return children
}

/** All of a value: its leaves and everything that they are in. What a change adds that adds the value. */
export function* allOf(type: MergeType | undefined, value: unknown): Steps<FieldSet> {
  const form = type ? formOf(type, value) : leaf
  return form.tag === 'leaf' ? noFields : yield* allBelow(form, value)
}

function* allBelow(form: Parted, value: unknown): Steps<FieldSet> {
  const children: Children = {}
  if (form.tag === 'map') {
    const members = membersOf(value)
    for (const name in members) {
      if (isRestDue()) yield
      const member = members[name]
      if (member === undefined) continue
      const type = memberType(form.type, name)
      const below = type ? formOf(type, member) : leaf
      // Most members are leaves: they are no step of their own.
      children[fieldElement(name)] = below.tag === 'leaf' ? noFields : yield* allBelow(below, member)
    }
    for (const name of form.type.always)
      if (members[name] === undefined) children[fieldElement(name)] = yield* allOf(memberType(form.type, name), {})
  } else
    for (const [element, values] of yield* elementsBy(form.type, listOf(value))) {
      if (isRestDue()) yield
      children[element] = values.length > 1 ? noFields : yield* allOf(form.type.of(), values[0])
    }
  return (yield* nodeInSteps(true, children)) ?? noFields
}
