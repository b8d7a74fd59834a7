import { E } from '@periplus/prelude'
import { isRecord } from '../json/json-value.ts'
import { nodeAt, nodeOf, noFields } from './field-set.ts'
import type { Children, FieldSet } from './field-set.ts'
import { formOf, leaf } from './form.ts'
import type { Parted } from './form.ts'
import { elementOf } from './list-elements.ts'
import { memberType } from './merge-type.ts'
import type { ListType, MapType, MergeType } from './merge-type.ts'
import { fieldElement } from './path-element.ts'

/** An object of more values than this is walked in steps. */
const mostValues = 2_000

/** What only the long way can tell. */
const otherwise = Symbol('otherwise')
type Found<A> = A | typeof otherwise

interface Walk {
  left: number
}

/**
 * What `trackUpdate` makes a writer own who creates an object, in one walk over it: most of what is written is new, small, and as its type
 * says. `empty` is the object before anybody has set anything; the fields of `ignored`, and what is below them, are not set by this way of
 * writing, and those of `nobodys` belong to nobody. `undefined` where only the comparison in steps can tell.
 */
export const createdFields = (
  type: MergeType,
  empty: unknown,
  created: unknown,
  ignored: FieldSet,
  nobodys: FieldSet,
): FieldSet | undefined => {
  if (type.tag !== 'map' || type.atomic || !isRecord(empty) || !isRecord(created)) return undefined
  const own = changedMembers({ left: mostValues }, type, empty, created, ignored, nobodys)
  return own === otherwise ? undefined : (own ?? noFields)
}

const changedMembers = (
  walk: Walk,
  type: MapType,
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
  ignored: FieldSet | undefined,
  nobodys: FieldSet | undefined,
): Found<FieldSet | undefined> => {
  const children: Children = {}
  for (const name in after) {
    const value = after[name]
    if (value === undefined) continue
    const element = fieldElement(name)
    // What is ignored has no parts that are not.
    if (ignored && nodeAt(ignored, element)) {
      if (ignored[element] !== noFields) return otherwise
      continue
    }
    const of = memberType(type, name)
    const was = Object.hasOwn(before, name) ? before[name] : undefined
    // Always there, and yet not in what is empty.
    if (was === undefined && type.always.includes(name)) return otherwise
    const theirs = nobodys && nodeAt(nobodys, element)
    const node = was === undefined ? allOf(walk, of, value) : changed(walk, of, was, value, theirs)
    if (node === otherwise) return otherwise
    if (theirs && was === undefined && node !== noFields) return otherwise
    if (node && !(theirs && node === noFields)) children[element] = node
  }
  return nodeOf(false, children)
}

/** Of what is there, though empty, before anybody has set anything. */
const changed = (
  walk: Walk,
  type: MergeType | undefined,
  before: unknown,
  after: unknown,
  nobodys: FieldSet | undefined,
): Found<FieldSet | undefined> => {
  if (!type || after === null) return otherwise
  if (before === null) {
    if (type.tag !== 'list' || !Array.isArray(after)) return otherwise
    if (type.relation === 'atomic' || after.length === 0) return noFields
    const children = elementsOf(walk, type, after)
    return children === otherwise ? otherwise : nodeOf(false, children)
  }
  if (type.tag !== 'map' || type.atomic || !isRecord(before) || !isRecord(after)) return otherwise
  return changedMembers(walk, type, before, after, undefined, nobodys)
}

/** All of a value, as `allOf` has it. */
const allOf = (walk: Walk, type: MergeType | undefined, value: unknown): Found<FieldSet> => {
  if (--walk.left < 0) return otherwise
  const form = type ? formOf(type, value) : leaf
  return form.tag === 'leaf' ? noFields : allBelow(walk, form, value)
}

const allBelow = (walk: Walk, form: Parted, value: unknown): Found<FieldSet> => {
  const children =
    form.tag === 'map'
      ? allMembers(walk, form.type, isRecord(value) ? value : {})
      : elementsOf(walk, form.type, Array.isArray(value) ? value : [])
  return children === otherwise ? otherwise : (nodeOf(true, children) ?? noFields)
}

const allMembers = (walk: Walk, type: MapType, members: Readonly<Record<string, unknown>>): Found<Children> => {
  const children: Children = {}
  for (const name in members) {
    const member = members[name]
    if (member === undefined) continue
    const node = allOf(walk, memberType(type, name), member)
    if (node === otherwise) return otherwise
    children[fieldElement(name)] = node
  }
  for (const name of type.always) {
    if (members[name] !== undefined) continue
    const node = allOf(walk, memberType(type, name), {})
    if (node === otherwise) return otherwise
    children[fieldElement(name)] = node
  }
  return children
}

const elementsOf = (walk: Walk, type: ListType, list: readonly unknown[]): Found<Children> => {
  const children: Children = {}
  for (const value of list) {
    const element = elementOf(type, value)
    if (E.isLeft(element)) return otherwise
    // Elements that cannot be told apart count as one.
    const node = Object.hasOwn(children, element.right) ? noFields : allOf(walk, type.of(), value)
    if (node === otherwise) return otherwise
    children[element.right] = node
  }
  return children
}
