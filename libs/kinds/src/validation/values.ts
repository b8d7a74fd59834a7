import { deepEqual, fieldError } from '@periplus/api'
import { isRestDue } from '@periplus/prelude'
import type { Steps } from '@periplus/prelude'
import type { Complaints, FieldError, FieldPath, Int64 } from '@periplus/api'

const { invalid, notSupported, required } = fieldError

const maxInt32 = 2 ** 31 - 1

/** `must be greater than or equal to 0`, where the value is there. */
export const nonNegative = (path: FieldPath, value: Int64 | undefined): readonly FieldError[] =>
  value !== undefined && value < 0 ? [invalid(path, value, 'must be greater than or equal to 0')] : []

/** `must be greater than 0`, where the value is there. */
export const positive = (path: FieldPath, value: Int64 | undefined): readonly FieldError[] =>
  value !== undefined && value <= 0 ? [invalid(path, value, 'must be greater than 0')] : []

/** `must be between <least> and <most>, inclusive`, where the value is there. */
export const within = (
  path: FieldPath,
  value: Int64 | undefined,
  least: number,
  most: number = maxInt32,
): readonly FieldError[] =>
  value !== undefined && (value < least || value > most)
    ? [invalid(path, value, `must be between ${least} and ${most}, inclusive`)]
    : []

/** `Required value` where the text is absent or empty. */
export const present = (path: FieldPath, text: string | undefined, detail = ''): readonly FieldError[] =>
  text ? [] : [required(path, detail)]

/** `Required value` where the text is absent or empty, else what its rule says. */
export const presentAnd = (
  path: FieldPath,
  text: string | undefined,
  rule: (text: string) => Complaints,
): readonly FieldError[] => (text ? obeys(path, text, rule) : [required(path)])

/** What a rule says of a text, where there is one. */
export const obeys = (
  path: FieldPath,
  text: string | undefined,
  rule: (text: string) => Complaints,
): readonly FieldError[] => (text ? rule(text).map(complaint => invalid(path, text, complaint)) : [])

/** `Unsupported value` where the text is there and none of those known. */
export const oneOf = (
  path: FieldPath,
  text: string | undefined,
  supported: readonly string[],
): readonly FieldError[] =>
  text !== undefined && !supported.includes(text) ? [notSupported(path, text, supported)] : []

/** As `oneOf`, and `Required value` where there is no text. */
export const requiredOneOf = (
  path: FieldPath,
  text: string | undefined,
  supported: readonly string[],
): readonly FieldError[] => (text ? oneOf(path, text, supported) : [required(path)])

/** `field is immutable` where the value has changed. */
export const immutable = (path: FieldPath, next: unknown, previous: unknown): readonly FieldError[] =>
  deepEqual(next, previous) ? [] : [invalid(path, next, 'field is immutable')]

/** The errors of each element, told with its position. */
export const each = <A>(
  path: FieldPath,
  values: readonly A[] | undefined,
  errors: (value: A, path: FieldPath, position: number) => readonly FieldError[],
): readonly FieldError[] => (values ?? []).flatMap((value, i) => errors(value, fieldError.index(path, i), i))

/** The same in steps, for elements that there may be thousands of. */
export function* eachInSteps<A>(
  path: FieldPath,
  values: readonly A[] | undefined,
  errors: (value: A, path: FieldPath, position: number) => readonly FieldError[],
): Steps<readonly FieldError[]> {
  const found: FieldError[] = []
  for (const [i, value] of (values ?? []).entries()) {
    if (isRestDue()) yield
    for (const error of errors(value, fieldError.index(path, i), i)) found.push(error)
  }
  return found
}

/** `Duplicate value` at every element whose text came before. */
export const unique = <A>(
  path: FieldPath,
  values: readonly A[] | undefined,
  textOf: (value: A) => string | undefined,
  field?: string,
): readonly FieldError[] => {
  const seen = new Set<string>()
  return each(path, values, (value, at) => {
    const text = textOf(value)
    if (!text) return []
    if (seen.has(text)) return [fieldError.duplicate(field === undefined ? at : `${at}.${field}`, text)]
    seen.add(text)
    return []
  })
}
