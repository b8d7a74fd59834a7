import { directive, newElement } from './directives.ts'
import { identityBy, mergedOrder, positionsOf } from './element-order.ts'
import { badPatchType, malformed, noMergeKey, unprocessable } from './patch-fault.ts'

type List = readonly unknown[]
type MergeElement = (original: Record<string, unknown>, patch: Record<string, unknown>) => unknown

const unique = (elements: List): List => [...new Set(elements)]

const typeOf = (element: unknown): string => (element === null ? 'null' : typeof element)

/** Whether the elements are objects; refuses lists of lists, and lists of several types. */
export const isListOfMaps = (original: List, patch: List): boolean => {
  const elements = [...original, ...patch]
  if (elements.some(Array.isArray)) unprocessable('lists of lists are not supported')
  const types = new Set(elements.map(typeOf))
  if (types.size > 1 || types.has('null')) malformed('list element types are not identical')
  return types.has('object')
}

interface Sorted {
  readonly original: List
  readonly patch: List
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
  if (replace) return { original: remaining, patch: [] }
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
  for (const element of sorted.patch as readonly Record<string, unknown>[]) {
    const key = identity(element)
    const position = positions.get(key)
    if (position === undefined) {
      positions.set(key, merged.length)
      merged.push(newElement(element))
    } else merged[position] = mergeElement(merged[position] as Record<string, unknown>, element)
  }
  return mergedOrder(merged, sorted.patch, sorted.original, identity)
}

/** How the elements of a list are merged. */
export interface ListMerge {
  readonly mergeKey: string | undefined
  readonly mergeElement: MergeElement
  /** The scalars of the patch are taken out. */
  readonly removes: boolean
}

/** Merges a list of objects by the merge key, or a list of scalars as a set; refuses elements without the merge key. */
export const mergeLists = (original: List, patch: List, { mergeKey, mergeElement, removes }: ListMerge): List => {
  if (original.length === 0 && patch.length === 0) return original
  if (isListOfMaps(original, patch)) {
    if (mergeKey === undefined) return unprocessable('cannot merge lists without merge key')
    return mergeMaps(original, patch, mergeKey, mergeElement)
  }
  if (removes) return original.filter(element => !patch.includes(element))
  return mergedOrder(unique([...original, ...patch]), patch, original, identityBy(mergeKey))
}
