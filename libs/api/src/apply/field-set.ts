import { isRestDue } from '@periplus/prelude'
import type { Steps } from '@periplus/prelude'
import { inOrder, inOrderInSteps } from './path-element.ts'

/**
 * A set of fields in the form of `FieldsV1`: by path element (`f:spec`, `k:{"name":"web"}`, `v:"a"`), sorted. A node without members
 * is a field of the set; one with members is a field of the set only where one of them is `.`. Never changed.
 */
export interface FieldSet {
  readonly [element: string]: FieldSet
}

/** The set without fields; as a node, a field without any below it. */
export const noFields: FieldSet = {}

const self = '.'

/** Whether the node itself is a field of the set. */
export const isMember = (node: FieldSet): boolean => node === noFields || Object.hasOwn(node, self) || isEmptySet(node)

/** Whether the set has no field; of a whole set, not of a node. */
export const isEmptySet = (set: FieldSet): boolean => {
  if (set === noFields) return true
  for (const _ in set) return false
  return true
}

/** The elements directly below, `.` aside. */
export const elementsOf = (node: FieldSet): readonly string[] => {
  const elements = Object.keys(node)
  return elements[0] === self ? elements.slice(1) : elements
}

/** What is below an element; `undefined` where nothing is there. */
export const nodeAt = (set: FieldSet, element: string): FieldSet | undefined =>
  Object.hasOwn(set, element) ? set[element] : undefined

/** Whether the field of one element is in the set. */
export const hasElement = (set: FieldSet, element: string): boolean => {
  const node = nodeAt(set, element)
  return node !== undefined && isMember(node)
}

/** A node under construction. */
export type Children = Record<string, FieldSet>

/** The node of these children, in order; `undefined` where it neither is a field nor has any below it. */
export const nodeOf = (member: boolean, children: Children): FieldSet | undefined => {
  const elements = Object.keys(children)
  if (elements.length === 0) return member ? noFields : undefined
  const sorted = inOrder(elements)
  if (!member && sorted === elements) return children
  const node: Children = member ? { [self]: noFields } : {}
  for (const element of sorted) node[element] = children[element] ?? noFields
  return node
}

/** The same in steps, of children that may be many. */
export function* nodeInSteps(member: boolean, children: Children): Steps<FieldSet | undefined> {
  const elements = Object.keys(children)
  if (elements.length < manyElements) return nodeOf(member, children)
  yield
  const sorted = yield* inOrderInSteps(elements)
  yield
  if (!member && sorted === elements) return children
  const node: Children = member ? { [self]: noFields } : {}
  for (const element of sorted) {
    if (isRestDue()) yield
    node[element] = children[element] ?? noFields
  }
  return node
}

/** The whole set of these children, in steps. */
export function* setInSteps(children: Children): Steps<FieldSet> {
  return (yield* nodeInSteps(false, children)) ?? noFields
}

/** From so many on, putting them in order is no small step. */
const manyElements = 1_000

/** The same of a whole set. */
export const setOf = (children: Children): FieldSet => nodeOf(false, children) ?? noFields

type Operation = (a: FieldSet, b: FieldSet) => FieldSet | undefined

const childrenOf = (a: FieldSet, b: FieldSet, both: Operation, onlyA: boolean, onlyB: boolean): Children => {
  const children: Children = {}
  for (const element of elementsOf(a)) {
    const other = nodeAt(b, element)
    const mine = a[element] ?? noFields
    const node = other ? both(mine, other) : onlyA ? mine : undefined
    if (node) children[element] = node
  }
  if (onlyB)
    for (const element of elementsOf(b)) if (!Object.hasOwn(a, element)) children[element] = b[element] ?? noFields
  return children
}

/** Whether all of a node is in another. */
const holds = (a: FieldSet, b: FieldSet): boolean => {
  if (a === b) return true
  if (isMember(b) && !isMember(a)) return false
  for (const element in b) {
    if (element === self) continue
    const mine = nodeAt(a, element)
    if (!mine || !holds(mine, b[element] ?? noFields)) return false
  }
  return true
}

const unionOf: Operation = (a, b) =>
  holds(a, b) ? a : nodeOf(isMember(a) || isMember(b), childrenOf(a, b, unionOf, true, true))
const intersectionOf: Operation = (a, b) =>
  nodeOf(isMember(a) && isMember(b), childrenOf(a, b, intersectionOf, false, false))
const differenceOf: Operation = (a, b) =>
  nodeOf(isMember(a) && !isMember(b), childrenOf(a, b, differenceOf, true, false))
const withoutOf: Operation = (a, b) =>
  isMember(b) ? undefined : nodeOf(isMember(a), childrenOf(a, b, withoutOf, true, false))

/** Whether `a` has every field of `b`. */
export const includes = (a: FieldSet, b: FieldSet): boolean =>
  b === noFields ||
  elementsOf(b).every(element => {
    const mine = nodeAt(a, element)
    return mine !== undefined && holds(mine, b[element] ?? noFields)
  })

/** The fields of either; `a` itself where it has all of them. */
export const union = (a: FieldSet, b: FieldSet): FieldSet =>
  a === noFields ? b : includes(a, b) ? a : isEmptySet(a) ? b : setOf(childrenOf(a, b, unionOf, true, true))

/** The fields of both. */
export const intersection = (a: FieldSet, b: FieldSet): FieldSet =>
  setOf(childrenOf(a, b, intersectionOf, false, false))

/** The fields of `a` that are not in `b`. What is below a field of `b` stays. */
export const difference = (a: FieldSet, b: FieldSet): FieldSet =>
  isEmptySet(b) ? a : setOf(childrenOf(a, b, differenceOf, true, false))

/** The fields of `a` that neither are in `b` nor below a field of it. */
export const without = (a: FieldSet, b: FieldSet): FieldSet =>
  isEmptySet(b) ? a : setOf(childrenOf(a, b, withoutOf, true, false))

/** Whether two sets have the same fields. */
export const sameFields = (a: FieldSet, b: FieldSet): boolean => {
  if (a === b) return true
  const elements = Object.keys(a)
  return (
    elements.length === Object.keys(b).length &&
    elements.every(element => {
      const other = nodeAt(b, element)
      return other !== undefined && sameFields(a[element] ?? noFields, other)
    })
  )
}

/** The paths of all fields: of each level first its own, then those below. */
export const pathsOf = (set: FieldSet): readonly (readonly string[])[] => {
  const elements = elementsOf(set)
  return [
    ...elements.filter(element => isMember(set[element] ?? noFields)).map(element => [element]),
    ...elements.flatMap(element => pathsOf(set[element] ?? noFields).map(path => [element, ...path])),
  ]
}

/** The set of one field. */
export const fieldAt = (path: readonly string[]): FieldSet =>
  path.reduceRight<FieldSet>((node, element) => ({ [element]: node }), noFields)
