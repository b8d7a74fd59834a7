import { E, atOnce, isRestDue, own } from '@periplus/prelude'
import type { Steps } from '@periplus/prelude'
import { mostMembers } from '../json/bounds.ts'
import { deepEqual } from '../json/equal.ts'
import { toJson } from '../json/exact-json.ts'
import { isRecord } from '../json/json-value.ts'
import type { FieldError } from '../refusal.ts'
import * as fieldError from '../status/field-error.ts'
import type { FieldPath } from '../status/field-error.ts'
import { textFormats } from './formats.ts'
import { isPatternKept, linearPattern } from '../pattern/linear-pattern.ts'
import type { LinearPattern } from '../pattern/linear-pattern.ts'
import { memberSchema } from './structural-schema.ts'
import type { StructuralSchema } from './structural-schema.ts'
import { combinationErrors } from './combinations.ts'
import { mostStepsOfText } from './pattern.ts'
import { mostChecks, mostTold, walkOf } from './walk.ts'
import type { Walk } from './walk.ts'

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

/**
 * What a value breaks of its schema, in the words of Kubernetes, as much as anybody reads. `old`: what it was before an update; what has
 * not changed may go on breaking what it broke.
 */
export function* valueErrorsInSteps(
  schema: StructuralSchema,
  value: unknown,
  path: FieldPath,
  old?: unknown,
): Steps<Errors> {
  const walk = walkOf(mostTold)
  yield* look(schema, value, path, walk, old)
  return walk.effort.checks > 0
    ? walk.errors
    : [invalid(path || '<nil>', '', `to hold it against its schema takes more than ${mostChecks} steps`)]
}

/** The same at once. */
export const valueErrors = (...given: Parameters<typeof valueErrorsInSteps>): Errors =>
  atOnce(valueErrorsInSteps(...given))

/** Such a text is no small step. */
const longText = 500

const isLongToMatch = (text: string, { pattern }: StructuralSchema): boolean =>
  text.length > longText || (pattern !== undefined && !isPatternKept(pattern))

function* look(schema: StructuralSchema, value: unknown, path: FieldPath, walk: Walk, old?: unknown): Steps<void> {
  if (isRestDue() || (typeof value === 'string' && isLongToMatch(value, schema))) yield
  walk.effort.checks--
  if (walk.isOver || (old !== undefined && deepEqual(value, old))) return
  const type = typeOf(value)
  if (type === 'null' && schema.nullable) return
  if (!fits(schema, type)) {
    const wanted = schema['x-kubernetes-int-or-string'] ? 'integer,string' : (schema.type ?? '')
    return walk.tell([typeInvalid(path, type, `${path} in body must be of type ${wanted}: ${JSON.stringify(type)}`)])
  }
  if (typeof value === 'string') walk.tell(textErrors(schema, value, path, walk))
  else if (typeof value === 'number' || typeof value === 'bigint') walk.tell(numberErrors(schema, value, path))
  else if (Array.isArray(value)) yield* lookAtList(schema, value, path, walk, old)
  else if (isRecord(value)) yield* lookAtObject(schema, value, path, walk, old)
  walk.tell(enumErrors(schema, value, path))
  yield* combinationErrors(schema, value, path, walk, look)
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
const matchesWithin = ({ program, size }: LinearPattern, text: string, { effort }: Walk): boolean | undefined => {
  const steps = text.length * size
  effort.steps -= steps
  return effort.steps < 0 || steps > mostStepsOfText ? undefined : program.matcher(text).find()
}

const textErrors = (schema: StructuralSchema, text: string, path: FieldPath, walk: Walk): Errors => {
  const { minLength = 0, maxLength = Infinity, pattern, format } = schema
  const length = text.length > maxLength || text.length < 2 * minLength ? [...text].length : text.length
  const compiled = pattern === undefined ? undefined : linearPattern(pattern)
  const matched = compiled && E.isRight(compiled) ? matchesWithin(compiled.right, text, walk) : true
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

function* lookAtList(
  schema: StructuralSchema,
  list: readonly unknown[],
  path: FieldPath,
  walk: Walk,
  old: unknown,
): Steps<void> {
  const before = oldElements(schema, old)
  const { minItems = 0, maxItems = Infinity, items } = schema
  if (list.length < minItems)
    walk.tell([invalid(path, list.length, `${path} in body should have at least ${minItems} items`)])
  if (list.length > maxItems) walk.tell([tooMany(path, list.length, maxItems)])
  // Whose elements are owned one by one: who owns them is an object with a member for each.
  else if (isOwnedByElement(schema) && list.length > mostMembers) walk.tell([tooMany(path, list.length, mostMembers)])
  if (items)
    for (const [i, element] of list.entries()) {
      if (walk.isOver) return
      yield* look(items, element, index(path, i), walk, before(element))
    }
  yield
  walk.tell(repeated(schema, list, path))
}

const isOwnedByElement = ({ 'x-kubernetes-list-type': type }: StructuralSchema): boolean =>
  type === 'set' || type === 'map'

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

function* lookAtObject(
  schema: StructuralSchema,
  object: Record<string, unknown>,
  path: FieldPath,
  walk: Walk,
  old: unknown,
): Steps<void> {
  const before = isRecord(old) ? old : undefined
  const names = Object.keys(object)
  const { minProperties = 0, maxProperties = Infinity } = schema
  for (const name of schema.required ?? []) {
    if (--walk.effort.checks < 0 || walk.isOver) return
    if (isRestDue()) yield
    if (!Object.hasOwn(object, name)) walk.tell([required(child(path, name))])
  }
  if (names.length < minProperties)
    walk.tell([invalid(path, names.length, `${path} in body should have at least ${minProperties} properties`)])
  if (names.length > maxProperties) walk.tell([tooMany(path, names.length, maxProperties)])
  if (schema['x-kubernetes-embedded-resource']) walk.tell(embeddedErrors(object, path))
  for (const name of names) {
    if (walk.isOver) return
    const member = memberSchema(schema, name)
    if (member === undefined || member === 'any') continue
    yield* look(member, object[name], child(path, name), walk, own(before, name))
  }
}

const embeddedErrors = (object: Record<string, unknown>, path: FieldPath): Errors => [
  ...['apiVersion', 'kind']
    .filter(name => typeof object[name] !== 'string' || object[name] === '')
    .map(name => required(child(path, name), 'must not be empty')),
  ...(object['metadata'] === undefined || isRecord(object['metadata'])
    ? []
    : [invalid(child(path, 'metadata'), object['metadata'], 'must be an object')]),
]
