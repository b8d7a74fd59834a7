import { canonicalJson } from '../json/equal.ts'
import { isRecord } from '../json/json-value.ts'
import type { Schema } from '../schema/schema.ts'
import { directive, plainContent } from './directives.ts'
import { identityBy, mergedOrder, positionsOf } from './element-order.ts'
import { badPatchType, malformed, noMergeKey, unprocessable } from './patch-fault.ts'

type List = readonly unknown[]
type MergeElement = (original: Record<string, unknown>, patch: Record<string, unknown>) => unknown

const unique = (elements: List): List => {
  const seen = new Set<unknown>()
  return elements.filter(element => {
    const key = typeof element === 'object' && element !== null ? canonicalJson(element) : element
    return seen.has(key) ? false : seen.add(key)
  })
}

const isListOfMaps = (original: List, patch: List): boolean => {
  const elements = [...original, ...patch]
  if (elements.some(Array.isArray)) unprocessable('lists of lists are not supported')
  const maps = elements.filter(isRecord).length
  if (maps > 0 && maps < elements.length) malformed('list element types are not identical')
  return maps > 0
}

interface Sorted {
  readonly original: List
  readonly patch: readonly Record<string, unknown>[]
}

/** Carries out `$patch: delete` and `$patch: replace` elements; what remains of the patch is to be merged. */
const withoutSpecial = (original: List, patch: List, mergeKey: string): Sorted => {
  const identity = identityBy(mergeKey)
  const remaining: Record<string, unknown>[] = []
  const deleted = new Set<unknown>()
  let replace = false
  for (const element of patch as readonly Record<string, unknown>[]) {
    const type = element[directive]
    if (type === undefined) remaining.push(element)
    else if (type === 'delete') {
      if (element[mergeKey] === undefined) noMergeKey(element, mergeKey)
      deleted.add(identity(element))
    } else if (type === 'replace') replace = true
    else if (type === 'merge') unprocessable('merging lists cannot yet be specified in the patch')
    else badPatchType(type, element)
  }
  if (replace) return { original: [], patch: remaining }
  return {
    original: deleted.size === 0 ? original : original.filter(element => !deleted.has(identity(element))),
    patch: remaining,
  }
}

const mergeMaps = (before: List, patch: List, mergeKey: string, mergeElement: MergeElement): List => {
  const identity = identityBy(mergeKey)
  const sorted = withoutSpecial(before, patch, mergeKey)
  const merged = [...sorted.original]
  const positions = new Map(positionsOf(merged, identity))
  for (const element of sorted.patch) {
    const key = identity(element)
    const position = positions.get(key)
    if (position === undefined) {
      positions.set(key, merged.length)
      merged.push(plainContent(element))
    } else merged[position] = mergeElement(merged[position] as Record<string, unknown>, element)
  }
  return mergedOrder(merged, sorted.patch, sorted.original, identity)
}

/** Merges a list of objects by `mergeKey`, or a list of scalars as a set; refuses elements without the merge key. */
export const mergeLists = (
  original: List,
  patch: List,
  mergeKey: string | undefined,
  elements: Schema<unknown> | undefined,
  mergeElement: (original: Record<string, unknown>, patch: unknown, schema: Schema<unknown> | undefined) => unknown,
): List => {
  if (original.length === 0 && patch.length === 0) return original
  if (!isListOfMaps(original, patch))
    return mergedOrder(unique([...original, ...patch]), patch, original, identityBy(undefined))
  if (mergeKey === undefined) return unprocessable('cannot merge lists without merge key')
  return mergeMaps(original, patch, mergeKey, (before, element) => mergeElement(before, element, elements))
}

/** What `$deleteFromPrimitiveList` leaves. */
export const withoutElements = (original: List, removed: List): List => {
  const gone = new Set(removed)
  return original.filter(element => !gone.has(element))
}
