import { toJson } from '@periplus/api'
/**
 * Where `actual` lacks something that `expected` names: a path and what was found there; `undefined` when all of it is there.
 * Objects may have more members than expected, arrays may not; an expected `undefined` means absent.
 */
export const difference = (actual: unknown, expected: unknown, path = ''): string | undefined => {
  if (Object.is(actual, expected)) return undefined
  if (expected instanceof RegExp && typeof actual === 'string')
    return expected.test(actual) ? undefined : `${path}: ${toJson(actual)} does not match ${expected.source}`
  if (Array.isArray(expected)) {
    if (!Array.isArray(actual)) return `${path}: expected a list, found ${toJson(actual)}`
    if (actual.length !== expected.length)
      return `${path}: expected ${expected.length} elements, found ${toJson(actual)}`
    return firstOf(expected.map((element, i) => difference(actual[i], element, `${path}[${i}]`)))
  }
  if (typeof expected === 'object' && expected !== null && typeof actual === 'object' && actual !== null)
    return firstOf(
      Object.entries(expected).map(([key, value]) =>
        difference((actual as Readonly<Record<string, unknown>>)[key], value, path ? `${path}.${key}` : key),
      ),
    )
  return `${path}: expected ${toJson(expected)}, found ${toJson(actual)}`
}

const firstOf = (differences: readonly (string | undefined)[]): string | undefined =>
  differences.find(found => found !== undefined)
