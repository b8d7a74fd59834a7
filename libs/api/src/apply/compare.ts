import { deepEqual } from '../json/equal.ts'
import { elementsBy } from './list-elements.ts'
import { noFields, nodeOf } from './field-set.ts'
import type { Children, FieldSet } from './field-set.ts'
import { allOf } from './fields-of.ts'
import { formOf, formOfBoth, isHollow, listOf, membersOf } from './form.ts'
import { memberType } from './merge-type.ts'
import type { ListType, MapType, MergeType } from './merge-type.ts'
import { fieldElement } from './path-element.ts'

/** What a change did; no field is in more than one of the sets. */
export interface Comparison {
  readonly added: FieldSet
  readonly modified: FieldSet
  readonly removed: FieldSet
}

type Part = 'added' | 'modified' | 'removed'
type Nodes = Readonly<Partial<Record<Part, FieldSet>>>
const parts: readonly Part[] = ['added', 'modified', 'removed']

const nothing: Nodes = {}
const modified: Nodes = { modified: noFields }

/** Gathers what was found below, by part. */
const gathering = () => {
  const children: Partial<Record<Part, Children>> = {}
  return {
    add: (element: string, nodes: Nodes): void => {
      for (const part of parts) {
        const node = nodes[part]
        if (node) (children[part] ??= {})[element] = node
      }
    },
    nodes: (): Nodes => {
      const nodes: Partial<Record<Part, FieldSet>> = {}
      for (const part of parts) {
        const below = children[part]
        const node = below && nodeOf(false, below)
        if (node) nodes[part] = node
      }
      return nodes
    },
  }
}

const compared = (type: MergeType | undefined, before: unknown, after: unknown): Nodes => {
  if (before === after) return nothing
  if (before === undefined) return { added: allOf(type, after) }
  if (after === undefined) return { removed: allOf(type, before) }
  if (!type) return deepEqual(before, after) ? nothing : modified
  const form = formOfBoth(type, before, after)
  if (form.tag === 'leaf' || (isHollow(form, before) && isHollow(form, after)))
    return deepEqual(before, after) ? nothing : changedForm(type, before, after)
  return form.tag === 'map'
    ? comparedMembers(form.type, membersOf(before), membersOf(after))
    : comparedElements(form.type, listOf(before), listOf(after))
}

/** Where a value of any type was an object and is none any more, or became one, its members went or came too. */
const changedForm = (type: MergeType, before: unknown, after: unknown): Nodes => {
  const below = (value: unknown): FieldSet | undefined => {
    if (formOf(type, value).tag === 'leaf') return undefined
    const { '.': _, ...children } = allOf(type, value)
    return nodeOf(false, children)
  }
  if (type.tag !== 'any') return modified
  const [removed, added] = [below(before), below(after)]
  return { ...modified, ...(removed ? { removed } : {}), ...(added ? { added } : {}) }
}

const comparedMembers = (
  type: MapType,
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): Nodes => {
  const { add, nodes } = gathering()
  for (const name of Object.keys(before)) {
    const other = Object.hasOwn(after, name) ? after[name] : undefined
    if (before[name] !== undefined || other !== undefined)
      add(fieldElement(name), compared(memberType(type, name), before[name], other))
  }
  for (const name of Object.keys(after))
    if (!Object.hasOwn(before, name) && after[name] !== undefined)
      add(fieldElement(name), compared(memberType(type, name), undefined, after[name]))
  return nodes()
}

const comparedElements = (type: ListType, before: readonly unknown[], after: readonly unknown[]): Nodes => {
  const { add, nodes } = gathering()
  const [old, now] = [elementsBy(type, before), elementsBy(type, after)]
  for (const element of new Set([...old.keys(), ...now.keys()]))
    add(element, comparedElement(type.of(), old.get(element) ?? [], now.get(element) ?? []))
  return nodes()
}

/** Elements that cannot be told apart count as one. */
const comparedElement = (type: MergeType, before: readonly unknown[], after: readonly unknown[]): Nodes => {
  if (before.length <= 1 && after.length <= 1) return compared(type, before[0], after[0])
  if (before.length > 1 && after.length > 1) return deepEqual(before, after) ? nothing : modified
  return before.length > 1
    ? { ...(after.length > 0 ? { added: allOf(type, after[0]) } : {}), removed: noFields }
    : { ...(before.length > 0 ? { removed: allOf(type, before[0]) } : {}), added: noFields }
}

/** What is different between two values of a type. Throws `UnfitValue` where elements of a list cannot be told apart. */
export const compare = (type: MergeType, before: unknown, after: unknown): Comparison => {
  const nodes = compared(type, before, after)
  return { added: nodes.added ?? noFields, modified: nodes.modified ?? noFields, removed: nodes.removed ?? noFields }
}
