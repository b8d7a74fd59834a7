import { E, isRestDue } from '@periplus/prelude'
import type { Either, Steps } from '@periplus/prelude'
import { isRecord } from '../json/json-value.ts'
import { keyElement, valueElement } from './path-element.ts'
import type { ListType } from './merge-type.ts'

/** The path element of a list's element; left: why it has none. */
export const elementOf = (type: ListType, value: unknown): Either<string, string> => {
  if (type.relation === 'map' && type.keys.length > 0) return keyOf(type, value)
  if (value === null || value === undefined)
    return E.left("associative list without keys has an element that's an explicit null")
  if (Array.isArray(value)) return E.left('not supported: associative list with lists as elements')
  return typeof value === 'object'
    ? E.left("associative list without keys has an element that's a map type")
    : E.right(valueElement(value))
}

const keyOf = ({ keys, defaultOf }: ListType, value: unknown): Either<string, string> => {
  if (value === null || value === undefined) return E.left('associative list with keys may not have a null element')
  if (!isRecord(value)) return E.left('associative list with keys may not have non-map elements')
  const pairs: (readonly [string, unknown])[] = []
  for (const key of keys) {
    const given = Object.hasOwn(value, key) ? value[key] : defaultOf(key)
    if (given !== undefined) pairs.push([key, given])
  }
  if (pairs.length > 0) return E.right(keyElement(pairs))
  const names = keys.map(key => JSON.stringify(key)).join(' ')
  return E.left(
    `associative list with keys has an element that omits all key fields [${names}] (and doesn't have default values for any key fields)`,
  )
}

/** A value that does not fit its type where the elements of a list must be told apart: caught where a walk begins. */
export class UnfitValue extends Error {
  override readonly name = 'UnfitValue'
}

/** The elements of a list by path element, those that are there more than once together. */
export function* elementsBy(type: ListType, list: readonly unknown[]): Steps<ReadonlyMap<string, readonly unknown[]>> {
  const found = new Map<string, unknown[]>()
  for (const [i, value] of list.entries()) {
    if (isRestDue()) yield
    const element = elementOf(type, value)
    if (E.isLeft(element)) throw new UnfitValue(`element ${i}: ${element.left}`)
    const same = found.get(element.right)
    if (same) same.push(value)
    else found.set(element.right, [value])
  }
  return found
}
