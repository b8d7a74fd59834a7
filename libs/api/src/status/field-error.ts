import { toJson } from '../json/exact-json.ts'
import type { FieldError } from '../refusal.ts'
import { goQuote } from './go-quote.ts'

/** Path of a broken field, such as `spec.containers[0].image`; `''` is the object itself. */
export type FieldPath = string

/** `spec` + `containers` -> `spec.containers`. */
export const child = (path: FieldPath, ...names: readonly string[]): FieldPath =>
  names.reduce((parent, name) => (parent === '' ? name : `${parent}.${name}`), path)

/** `spec.containers` + 0 -> `spec.containers[0]`. */
export const index = (path: FieldPath, position: number): FieldPath => `${path}[${position}]`

/** `metadata.annotations` + `a/b` -> `metadata.annotations[a/b]`. */
export const keyed = (path: FieldPath, key: string): FieldPath => `${path}[${key}]`

/** More of a value is not shown: an answer may name as many values as a request has, each as large as the request. */
const longestShown = 10_000

/** As JSON, once each: one list may be shown for each of its elements. */
const shownObjects = new WeakMap<object, string>()

const jsonOf = (value: object): string => {
  const known = shownObjects.get(value) ?? brief(toJson(value))
  shownObjects.set(value, known)
  return known
}

const brief = (text: string): string => (text.length > longestShown ? `${text.slice(0, longestShown)}...` : text)

/**
 * How `field.Error` shows a value: text quoted, numbers and booleans plain, the rest as JSON; absence is `null`. A long one
 * breaks off.
 */
export const showValue = (value: unknown): string => {
  if (value === undefined || value === null) return 'null'
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint') return String(value)
  return typeof value === 'object' ? jsonOf(value) : goQuote(brief(String(value)))
}

const error = (reason: FieldError['reason'], field: FieldPath, body: string, detail: string): FieldError => ({
  reason,
  field,
  message: detail === '' ? body : `${body}: ${detail}`,
})

/** `Required value[: detail]`. */
export const required = (field: FieldPath, detail = ''): FieldError =>
  error('FieldValueRequired', field, 'Required value', detail)

/** `Invalid value: <value>[: detail]`. */
export const invalid = (field: FieldPath, value: unknown, detail: string): FieldError =>
  error('FieldValueInvalid', field, `Invalid value: ${showValue(value)}`, detail)

/** As `invalid`, where the value would say nothing: `Invalid value: <detail>`. */
export const invalidUnshown = (field: FieldPath, detail: string): FieldError =>
  error('FieldValueInvalid', field, 'Invalid value', detail)

/** `Internal error: <detail>`, where Kubernetes' rules stumble over a value instead of refusing it. */
export const internal = (field: FieldPath, detail: string): FieldError =>
  error('InternalError', field, 'Internal error', detail)

/** As `invalid`, for a value of the wrong type. */
export const typeInvalid = (field: FieldPath, value: unknown, detail: string): FieldError =>
  error('FieldValueTypeInvalid', field, `Invalid value: ${showValue(value)}`, detail)

/** `Unsupported value: <value>: supported values: "a", "b"`, in the order given. */
export const notSupported = (field: FieldPath, value: unknown, supported: readonly string[]): FieldError =>
  error(
    'FieldValueNotSupported',
    field,
    `Unsupported value: ${showValue(value)}`,
    supported.length === 0 ? '' : `supported values: ${supported.map(goQuote).join(', ')}`,
  )

/** `Duplicate value: <value>[: detail]`. */
export const duplicate = (field: FieldPath, value: unknown, detail = ''): FieldError =>
  error('FieldValueDuplicate', field, `Duplicate value: ${showValue(value)}`, detail)

/** `Forbidden: <detail>`: the field may not be set, or not be changed. */
export const forbidden = (field: FieldPath, detail: string): FieldError =>
  error('FieldValueForbidden', field, 'Forbidden', detail)

/** `Not found: <value>`: the value names something that isn't there. */
export const notFound = (field: FieldPath, value: unknown): FieldError =>
  error('FieldValueNotFound', field, `Not found: ${showValue(value)}`, '')

/** `Too long: may not be more than <limit> bytes`; the value itself is not repeated. */
export const tooLong = (field: FieldPath, limitBytes: number): FieldError =>
  error(
    'FieldValueTooLong',
    field,
    'Too long',
    limitBytes >= 0 ? `may not be more than ${limitBytes} bytes` : 'value is too long',
  )

/** `Too many: <count>: must have at most <limit> items`. */
export const tooMany = (field: FieldPath, count: number, limit: number): FieldError =>
  error(
    'FieldValueTooMany',
    field,
    `Too many: ${count}`,
    limit >= 0 ? `must have at most ${limit} items` : 'has too many items',
  )

/** As a person is told of it: `<field>: <message>`. */
export const line = ({ field, message }: FieldError): string => (field === '' ? message : `${field}: ${message}`)

/** As Kubernetes tells of several in one text (`ToAggregate`), each once: `[<line>, <line>]`, or the line of the only one. */
export const aggregate = (errors: readonly FieldError[]): string => {
  const lines = [...new Set(errors.map(line))]
  return lines.length === 1 ? lines.join() : `[${lines.join(', ')}]`
}
