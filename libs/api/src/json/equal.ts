import { isRestDue } from '@periplus/prelude'
import type { Steps } from '@periplus/prelude'
import { toJson } from './exact-json.ts'
import { isRecord, put } from './json-value.ts'

/**
 * Whether two JSON values are the same, whatever the order of their keys; a member that is `undefined` counts as absent. What
 * "this write changes nothing" means.
 */
export const deepEqual = (a: unknown, b: unknown): boolean => {
  if (a === b) return true
  if (Array.isArray(a)) {
    if (!Array.isArray(b) || a.length !== b.length) return false
    return a.every((element, position) => deepEqual(element, b[position]))
  }
  if (!isRecord(a) || !isRecord(b)) return false
  let members = 0
  for (const key in a) {
    if (a[key] === undefined) continue
    members++
    if (!Object.hasOwn(b, key) || !deepEqual(a[key], b[key])) return false
  }
  for (const key in b) if (b[key] !== undefined) members--
  return members === 0
}

/** The same in steps, of values that may have very many. */
export function* deepEqualInSteps(a: unknown, b: unknown): Steps<boolean> {
  if (a === b) return true
  if (isRestDue()) yield
  if (Array.isArray(a)) {
    if (!Array.isArray(b) || a.length !== b.length) return false
    for (const [position, element] of a.entries())
      if (element !== b[position] && !(yield* deepEqualInSteps(element, b[position]))) return false
    return true
  }
  if (!isRecord(a) || !isRecord(b)) return false
  let members = 0
  for (const key in a) {
    if (a[key] === undefined) continue
    members++
    if (!Object.hasOwn(b, key) || (a[key] !== b[key] && !(yield* deepEqualInSteps(a[key], b[key])))) return false
  }
  for (const key in b) if (b[key] !== undefined) members--
  return members === 0
}

const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted)
  if (!isRecord(value)) return value
  const ordered: Record<string, unknown> = {}
  for (const key of Object.keys(value).sort()) put(ordered, key, sorted(value[key]))
  return ordered
}

/** The same JSON value with the keys of every object in order. */
export const withSortedKeys = <A>(value: A): A => sorted(value) as A

/** JSON text that is the same for equal values: keys in order, no spaces. For hashes and comparisons between processes. */
export const canonicalJson = (value: unknown): string => toJson(sorted(value))
