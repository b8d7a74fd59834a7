import { isRestDue } from '@periplus/prelude'
import type { Steps } from '@periplus/prelude'
import { deepEqualInSteps } from '../json/equal.ts'
import { elementsBy } from './list-elements.ts'
import { noFields, nodeOf, setInSteps } from './field-set.ts'
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

type Nodes = Readonly<Partial<Record<'added' | 'modified' | 'removed', FieldSet>>>

const nothing: Nodes = {}
const modified: Nodes = { modified: noFields }
const emptyStruct = Object.freeze({})

/** What was found below, by part. */
class Gathered {
  added: Children | undefined
  modified: Children | undefined
  removed: Children | undefined

  add(element: string, { added, modified, removed }: Nodes): void {
    if (added) (this.added ??= {})[element] = added
    if (modified) (this.modified ??= {})[element] = modified
    if (removed) (this.removed ??= {})[element] = removed
  }

  *nodes(): Steps<Nodes> {
    const [added, modified, removed] = [this.added, this.modified, this.removed]
    if (!added && !modified && !removed) return nothing
    return {
      ...(added && { added: yield* setInSteps(added) }),
      ...(modified && { modified: yield* setInSteps(modified) }),
      ...(removed && { removed: yield* setInSteps(removed) }),
    }
  }
}

function* compared(type: MergeType | undefined, before: unknown, after: unknown): Steps<Nodes> {
  if (before === after) return nothing
  if (before === undefined) return { added: yield* allOf(type, after) }
  if (after === undefined) return { removed: yield* allOf(type, before) }
  if (!type) return (yield* deepEqualInSteps(before, after)) ? nothing : modified
  const form = formOfBoth(type, before, after)
  if (form.tag === 'leaf' || (isHollow(form, before) && isHollow(form, after)))
    return (yield* deepEqualInSteps(before, after)) ? nothing : yield* changedForm(type, before, after)
  return yield* form.tag === 'map'
    ? comparedMembers(form.type, membersOf(before), membersOf(after))
    : comparedElements(form.type, listOf(before), listOf(after))
}

/** Where a value of any type was an object and is none any more, or became one, its members went or came too. */
function* changedForm(type: MergeType, before: unknown, after: unknown): Steps<Nodes> {
  if (type.tag !== 'any') return modified
  const [removed, added] = [yield* allWithin(type, before), yield* allWithin(type, after)]
  return { ...modified, ...(removed ? { removed } : {}), ...(added ? { added } : {}) }
}

/** All of a value but itself. */
function* allWithin(type: MergeType, value: unknown): Steps<FieldSet | undefined> {
  if (formOf(type, value).tag === 'leaf') return undefined
  const { '.': _, ...children } = yield* allOf(type, value)
  return nodeOf(false, children)
}

function* comparedMembers(
  type: MapType,
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): Steps<Nodes> {
  const found = new Gathered()
  const ifAbsent = (name: string) => (type.always.includes(name) ? emptyStruct : undefined)
  for (const name of Object.keys(before)) {
    if (isRestDue()) yield
    const other = (Object.hasOwn(after, name) ? after[name] : undefined) ?? ifAbsent(name)
    if (before[name] !== other)
      found.add(fieldElement(name), yield* compared(memberType(type, name), before[name], other))
  }
  for (const name of Object.keys(after)) {
    if (isRestDue()) yield
    if (after[name] !== undefined && !Object.hasOwn(before, name))
      found.add(fieldElement(name), yield* compared(memberType(type, name), ifAbsent(name), after[name]))
  }
  return yield* found.nodes()
}

function* comparedElements(type: ListType, before: readonly unknown[], after: readonly unknown[]): Steps<Nodes> {
  const found = new Gathered()
  const [old, now] = [yield* elementsBy(type, before), yield* elementsBy(type, after)]
  for (const element of new Set([...old.keys(), ...now.keys()])) {
    if (isRestDue()) yield
    found.add(element, yield* comparedElement(type.of(), old.get(element) ?? [], now.get(element) ?? []))
  }
  return yield* found.nodes()
}

/** Elements that cannot be told apart count as one. */
function* comparedElement(type: MergeType, before: readonly unknown[], after: readonly unknown[]): Steps<Nodes> {
  if (before.length <= 1 && after.length <= 1) return yield* compared(type, before[0], after[0])
  if (before.length > 1 && after.length > 1) return (yield* deepEqualInSteps(before, after)) ? nothing : modified
  return before.length > 1
    ? { ...(after.length > 0 ? { added: yield* allOf(type, after[0]) } : {}), removed: noFields }
    : { ...(before.length > 0 ? { removed: yield* allOf(type, before[0]) } : {}), added: noFields }
}

/** What is different between two values of a type. Throws `UnfitValue` where elements of a list cannot be told apart. */
export function* compare(type: MergeType, before: unknown, after: unknown): Steps<Comparison> {
  const nodes = yield* compared(type, before, after)
  return { added: nodes.added ?? noFields, modified: nodes.modified ?? noFields, removed: nodes.removed ?? noFields }
}
