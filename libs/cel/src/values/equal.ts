import type { Budget } from '../evaluate/budget.ts'
import { compareNumbers, isNumeric } from './compare.ts'
import { Duration, List, Opaque, Optional, Timestamp, TypeValue, ValueMap, elementsOf } from './value.ts'
import type { Value } from './value.ts'

/** Whether two values are equal. Values of different types are not, but for numbers. */
export const equal = (a: Value, b: Value, budget: Budget): boolean => {
  budget.toil(typeof a === 'string' && typeof b === 'string' ? 1 + Math.min(a.length, b.length) / 64 : 1)
  if (a === b) return typeof a !== 'number' || !Number.isNaN(a)
  if (isNumeric(a)) return isNumeric(b) && compareNumbers(a, b) === 0
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') return false
  if (a instanceof List) return b instanceof List && equalLists(a, b, budget)
  if (a instanceof ValueMap) return b instanceof ValueMap && a.typeName === b.typeName && equalMaps(a, b, budget)
  if (a instanceof Uint8Array) {
    if (b instanceof Uint8Array) budget.toil(a.length / 64)
    return b instanceof Uint8Array && Buffer.compare(a, b) === 0
  }
  if (a instanceof Timestamp) return b instanceof Timestamp && a.nanos === b.nanos
  if (a instanceof Duration) return b instanceof Duration && a.nanos === b.nanos
  if (a instanceof Optional) return b instanceof Optional && equalOptionals(a, b, budget)
  if (a instanceof TypeValue) return b instanceof TypeValue && a.name === b.name
  return a instanceof Opaque && b instanceof Opaque && a.type.name === b.type.name && a.equals(b)
}

const equalOptionals = ({ value: a }: Optional, { value: b }: Optional, budget: Budget): boolean =>
  a === undefined || b === undefined ? a === b : equal(a, b, budget)

const equalLists = (a: List, b: List, budget: Budget): boolean => {
  if (a.size !== b.size) return false
  const by = a.by ?? b.by
  if (by?.tag === 'set') return elementsWithin(a, b, budget) && elementsWithin(b, a, budget)
  if (by?.tag === 'map') return sameByKeys(a, b, by.keys, budget)
  for (let i = 0; i < a.size; i++) {
    budget.toil(a.reach + b.reach)
    if (!equal(a.at(i), b.at(i), budget)) return false
  }
  return true
}

/** Whether each element of one list is in another. */
export const elementsWithin = (a: List, b: List, budget: Budget): boolean => {
  for (const element of elementsOf(a, budget)) if (!isElement(element, b, budget)) return false
  return true
}

export const isElement = (value: Value, list: List, budget: Budget): boolean => {
  for (const element of elementsOf(list, budget)) if (equal(element, value, budget)) return true
  return false
}

/** The text of an element's keys in a list with keys. */
export const keysText = (element: Value, keys: readonly string[]): string =>
  JSON.stringify(
    keys.map(key => {
      const value = element instanceof ValueMap ? element.field(key) : undefined
      return typeof value === 'bigint' ? `${value}` : (value ?? null)
    }),
  )

const sameByKeys = (a: List, b: List, keys: readonly string[], budget: Budget): boolean => {
  const others = new Map([...elementsOf(b, budget)].map(element => [keysText(element, keys), element]))
  budget.toil(a.size + b.size)
  for (const element of elementsOf(a, budget)) {
    const other = others.get(keysText(element, keys))
    if (other === undefined || !equal(element, other, budget)) return false
  }
  return true
}

const equalMaps = (a: ValueMap, b: ValueMap, budget: Budget): boolean => {
  if (a.size !== b.size) return false
  for (const key of a.keys()) {
    const [mine, others] = [a.get(key), b.get(key)]
    if (mine === undefined || others === undefined || !equal(mine, others, budget)) return false
  }
  return true
}
