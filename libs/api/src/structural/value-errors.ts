import { E, own } from '@periplus/prelude'
import { deepEqual } from '../json/equal.ts'
import { toJson } from '../json/exact-json.ts'
import { isRecord } from '../json/json-value.ts'
import type { FieldError } from '../refusal.ts'
import * as fieldError from '../status/field-error.ts'
import type { FieldPath } from '../status/field-error.ts'
import { textFormats } from './formats.ts'
import { linearPattern } from '../pattern/linear-pattern.ts'
import type { LinearPattern } from '../pattern/linear-pattern.ts'
import { mostSteps } from './pattern.ts'
import { memberSchema } from './structural-schema.ts'
import type { StructuralSchema } from './structural-schema.ts'
import { combinationErrors } from './combinations.ts'

const { child, duplicate, index, invalid, notSupported, required, tooLong, tooMany, typeInvalid } = fieldError

type Errors = readonly FieldError[]

const typeOf = (value: unknown): string => {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  if (typeof value === 'bigint' || Number.isInteger(value)) return 'integer'
  return typeof value
}

const fits = (schema: StructuralSchema, type: string): boolean => {
  if (schema['x-kubernetes-int-or-string']) return type === 'integer' || type === 'string'
  return schema.type === undefined || schema.type === type || (schema.type === 'number' && type === 'integer')
}

/** What is left of the steps that matches of patterns may take, of a whole value: a list of texts takes as long as a long text. */
interface Effort {
  steps: number
}

/**
 * What a value breaks of its schema, in the words of Kubernetes. `old`: what it was before an update; what has not changed may go on
 * breaking what it broke.
 */
export const valueErrors = (schema: StructuralSchema, value: unknown, path: FieldPath, old?: unknown): Errors =>
  errorsOf(schema, value, path, { steps: mostSteps }, old)

const errorsOf = (schema: StructuralSchema, value: unknown, path: FieldPath, effort: Effort, old?: unknown): Errors => {
  if (old !== undefined && deepEqual(value, old)) return []
  const type = typeOf(value)
  if (type === 'null' && schema.nullable) return []
  if (!fits(schema, type)) {
    const wanted = schema['x-kubernetes-int-or-string'] ? 'integer,string' : (schema.type ?? '')
    return [typeInvalid(path, type, `${path} in body must be of type ${wanted}: ${JSON.stringify(type)}`)]
  }
  return [
    ...ownErrors(schema, value, path, effort, old),
    ...enumErrors(schema, value, path),
    ...combinationErrors(schema, value, path, (...asked) => errorsOf(...asked, effort)),
  ]
}

const ownErrors = (schema: StructuralSchema, value: unknown, path: FieldPath, effort: Effort, old: unknown): Errors => {
  if (typeof value === 'string') return textErrors(schema, value, path, effort)
  if (typeof value === 'number' || typeof value === 'bigint') return numberErrors(schema, value, path)
  if (Array.isArray(value)) return listErrors(schema, value, path, effort, old)
  return isRecord(value) ? objectErrors(schema, value, path, effort, old) : []
}

const scalarsOf = new WeakMap<readonly unknown[], ReadonlySet<unknown>>()

const enumErrors = ({ enum: allowed }: StructuralSchema, value: unknown, path: FieldPath): Errors => {
  if (!allowed) return []
  const scalars = scalarsOf.get(allowed) ?? new Set(allowed)
  scalarsOf.set(allowed, scalars)
  if (scalars.has(value) || (typeof value === 'object' && allowed.some(one => deepEqual(one, value)))) return []
  const texts = allowed.map(one => (typeof one === 'string' ? one : toJson(one)))
  return [notSupported(path, value, texts)]
}

/** `undefined`: to find out would take too long. */
const matchesWithin = ({ program, size }: LinearPattern, text: string, effort: Effort): boolean | undefined => {
  effort.steps -= text.length * size
  return effort.steps < 0 ? undefined : program.matcher(text).find()
}

const textErrors = (schema: StructuralSchema, text: string, path: FieldPath, effort: Effort): Errors => {
  const { minLength = 0, maxLength = Infinity, pattern, format } = schema
  const length = text.length > maxLength || text.length < 2 * minLength ? [...text].length : text.length
  const compiled = pattern === undefined ? undefined : linearPattern(pattern)
  const matched = compiled && E.isRight(compiled) ? matchesWithin(compiled.right, text, effort) : true
  return [
    ...(length > maxLength ? [tooLong(path, maxLength)] : []),
    ...(length < minLength ? [invalid(path, text, `${path} in body should be at least ${minLength} chars long`)] : []),
    ...(matched === false ? [invalid(path, text, `${path} in body should match '${pattern}'`)] : []),
    ...(matched === undefined ? [invalid(path, '', `${path} in body is too long to be matched with its pattern`)] : []),
    ...(format !== undefined && own(textFormats, format)?.(text) === false
      ? [invalid(path, text, `${path} in body must be of type ${format}: ${JSON.stringify(text)}`)]
      : []),
  ]
}

const intRanges: Readonly<Record<string, readonly [number | bigint, number | bigint]>> = {
  int32: [-(2 ** 31), 2 ** 31 - 1],
  int64: [-(2n ** 63n), 2n ** 63n - 1n],
}

const numberErrors = (schema: StructuralSchema, value: number | bigint, path: FieldPath): Errors => {
  const {
    minimum = -Infinity,
    maximum = Infinity,
    exclusiveMinimum,
    exclusiveMaximum,
    multipleOf,
    format = '',
  } = schema
  const says = (wrong: boolean, words: string): Errors =>
    wrong ? [invalid(path, value, `${path} in body ${words}`)] : []
  const [least, most] = (schema.type === 'integer' && own(intRanges, format)) || [-Infinity, Infinity]
  return [
    ...says(value < least || value > most, `must be of type ${format}: "${value}"`),
    ...says(
      exclusiveMinimum ? value <= minimum : value < minimum,
      `should be greater than ${exclusiveMinimum ? '' : 'or equal to '}${minimum}`,
    ),
    ...says(
      exclusiveMaximum ? value >= maximum : value > maximum,
      `should be less than ${exclusiveMaximum ? '' : 'or equal to '}${maximum}`,
    ),
    ...says(
      multipleOf !== undefined && !isMultiple(Number(value), multipleOf),
      `should be a multiple of ${multipleOf}`,
    ),
  ]
}

const isMultiple = (value: number, of: number): boolean => Number.isInteger(value / of)

const listErrors = (
  schema: StructuralSchema,
  list: readonly unknown[],
  path: FieldPath,
  effort: Effort,
  old: unknown,
): Errors => {
  const before = oldElements(schema, old)
  const { minItems = 0, maxItems = Infinity, items } = schema
  return [
    ...(list.length < minItems
      ? [invalid(path, list.length, `${path} in body should have at least ${minItems} items`)]
      : []),
    ...(list.length > maxItems ? [tooMany(path, list.length, maxItems)] : []),
    ...(items ? list.flatMap((element, i) => errorsOf(items, element, index(path, i), effort, before(element))) : []),
    ...repeated(schema, list, path),
  ]
}

/** Elements with keys are what had the same keys before; of others nobody can say. */
const oldElements = (schema: StructuralSchema, old: unknown): ((element: unknown) => unknown) => {
  const keys = schema['x-kubernetes-list-map-keys'] ?? []
  if (schema['x-kubernetes-list-type'] !== 'map' || !Array.isArray(old)) return () => undefined
  const known = new Map(old.map(element => [toJson(keysOf(element, keys)), element as unknown]))
  return element => known.get(toJson(keysOf(element, keys)))
}

/** Sets have each element once, maps each key. */
const repeated = (schema: StructuralSchema, list: readonly unknown[], path: FieldPath): Errors => {
  const type = schema['x-kubernetes-list-type']
  if (type !== 'set' && type !== 'map') return []
  const keys = schema['x-kubernetes-list-map-keys'] ?? []
  const seen = new Set<string>()
  return list.flatMap((element, i) => {
    const identity = type === 'set' ? element : keysOf(element, keys)
    const text = toJson(identity)
    if (seen.has(text)) return [duplicate(index(path, i), identity)]
    seen.add(text)
    return []
  })
}

const keysOf = (element: unknown, keys: readonly string[]): Record<string, unknown> =>
  Object.fromEntries(
    keys.map(key => [key, isRecord(element) && Object.hasOwn(element, key) ? element[key] : undefined]),
  )

const objectErrors = (
  schema: StructuralSchema,
  object: Record<string, unknown>,
  path: FieldPath,
  effort: Effort,
  old: unknown,
): Errors => {
  const before = isRecord(old) ? old : undefined
  const names = Object.keys(object)
  const { minProperties = 0, maxProperties = Infinity } = schema
  return [
    ...(schema.required ?? []).filter(name => !Object.hasOwn(object, name)).map(name => required(child(path, name))),
    ...(names.length < minProperties
      ? [invalid(path, names.length, `${path} in body should have at least ${minProperties} properties`)]
      : []),
    ...(names.length > maxProperties ? [tooMany(path, names.length, maxProperties)] : []),
    ...(schema['x-kubernetes-embedded-resource'] ? embeddedErrors(object, path) : []),
    ...names.flatMap(name => {
      const member = memberSchema(schema, name)
      return member === undefined || member === 'any'
        ? []
        : errorsOf(member, object[name], child(path, name), effort, own(before, name))
    }),
  ]
}

const embeddedErrors = (object: Record<string, unknown>, path: FieldPath): Errors => [
  ...['apiVersion', 'kind']
    .filter(name => typeof object[name] !== 'string' || object[name] === '')
    .map(name => required(child(path, name), 'must not be empty')),
  ...(object['metadata'] === undefined || isRecord(object['metadata'])
    ? []
    : [invalid(child(path, 'metadata'), object['metadata'], 'must be an object')]),
]
