import { put } from '../json/json-value.ts'
import { elementOf, UnfitValue } from './list-elements.ts'
import { formOfBoth, isHollow, listOf, membersOf } from './form.ts'
import { memberType } from './merge-type.ts'
import type { ListType, MapType, MergeType } from './merge-type.ts'
import { E } from '@periplus/prelude'

/**
 * A live value with what is applied to it: nothing goes, leaves that both have are the applied ones, and lists have the order of
 * what is applied wherever it says something. `undefined` where nothing is left. Throws `UnfitValue` where elements of a list
 * cannot be told apart.
 */
export const merge = (type: MergeType | undefined, live: unknown, applied: unknown): unknown => {
  if (!type) return applied === undefined ? live : applied
  const form = formOfBoth(type, live, applied)
  if (form.tag === 'leaf' || (isHollow(form, live) && isHollow(form, applied)))
    return applied === undefined ? live : applied
  return form.tag === 'map'
    ? mergeMembers(form.type, membersOf(live), membersOf(applied))
    : mergeElements(form.type, listOf(live), listOf(applied))
}

const mergeMembers = (
  type: MapType,
  live: Readonly<Record<string, unknown>>,
  applied: Readonly<Record<string, unknown>>,
): unknown => {
  const merged: Record<string, unknown> = {}
  for (const name of Object.keys(live)) {
    const other = Object.hasOwn(applied, name) ? applied[name] : undefined
    const value = other === undefined ? live[name] : merge(memberType(type, name), live[name], other)
    if (value !== undefined) put(merged, name, value)
  }
  for (const name of Object.keys(applied))
    if (!Object.hasOwn(live, name) && applied[name] !== undefined) {
      const value = merge(memberType(type, name), undefined, applied[name])
      if (value !== undefined) put(merged, name, value)
    }
  return Object.keys(merged).length > 0 ? merged : undefined
}

interface Element {
  readonly element: string
  readonly value: unknown
}

const elements = (type: ListType, list: readonly unknown[]): readonly Element[] =>
  list.map((value, i) => {
    const element = elementOf(type, value)
    if (E.isLeft(element)) throw new UnfitValue(`element ${i}: ${element.left}`)
    return { element: element.right, value }
  })

/**
 * The elements of both, once each: those that both have in the applied order, and those of one of them where they stand between
 * these. What the live list has more than once stays so unless it is applied; then the applied one stands alone.
 */
const mergeElements = (type: ListType, live: readonly unknown[], applied: readonly unknown[]): unknown => {
  const [mine, others] = [elements(type, live), elements(type, applied)]
  const liveBy = new Map<string, unknown>()
  for (const { element, value } of mine) liveBy.set(element, liveBy.has(element) ? null : value)
  const appliedBy = new Map<string, unknown>()
  for (const { element, value } of others) {
    if (appliedBy.has(element)) throw new UnfitValue(`duplicate entries for key ${element}`)
    appliedBy.set(element, value)
  }
  const shared = others.map(({ element }) => element).filter(element => liveBy.has(element))
  const merged: unknown[] = []
  const done = new Set<string>()
  let nextShared = 0
  const take = (element: string): void => {
    done.add(element)
    merged.push(merge(type.of(), liveBy.get(element), appliedBy.get(element)))
  }
  let [l, r] = [0, 0]
  while (l < mine.length || r < others.length) {
    const left = mine[l]
    const right = others[r]
    if (left && right) {
      if (left.element === right.element) {
        take(left.element)
        l++
        r++
        nextShared++
        continue
      }
      if (appliedBy.has(left.element) && nextShared < shared.length && shared[nextShared] !== left.element) {
        // Both have it, though others come first.
        l++
        continue
      }
    }
    if (left) {
      if (!appliedBy.has(left.element)) {
        merged.push(merge(type.of(), left.value, undefined))
        l++
        continue
      }
      if (done.has(left.element)) l++
    }
    if (right) {
      take(right.element)
      r++
      if (shared[nextShared] === right.element) nextShared++
    }
  }
  return merged.length > 0 ? merged : undefined
}
