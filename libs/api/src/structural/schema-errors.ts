import { E, atOnce, isRestDue } from '@periplus/prelude'
import type { Steps } from '@periplus/prelude'
import { isRecord } from '../json/json-value.ts'
import type { FieldError } from '../refusal.ts'
import * as fieldError from '../status/field-error.ts'
import type { FieldPath } from '../status/field-error.ts'
import { fill } from './fill.ts'
import { formatsNotBuilt } from './formats.ts'
import { isPatternKept, linearPattern } from '../pattern/linear-pattern.ts'
import { patternWords } from './pattern.ts'
import { prune } from './prune.ts'
import { misshapen } from './schema-shape.ts'
import type { StructuralSchema } from './structural-schema.ts'
import { valueErrorsInSteps } from './value-errors.ts'
import { mostTold } from './walk.ts'

const { child, forbidden, index, invalid, keyed, notSupported, required } = fieldError

type Errors = readonly FieldError[]
type Json = Readonly<Record<string, unknown>>

const types = ['array', 'boolean', 'integer', 'number', 'object', 'string']
/** Schemas may not nest without an end: each level is one of the stack. */
const deepest = 100

/** Where a schema stands: what is told of a missing type depends on it. */
type Place = 'root' | 'field' | 'item'

const missingType: Readonly<Record<Place, string>> = {
  root: 'must not be empty at the root',
  field: 'must not be empty for specified object fields',
  item: 'must not be empty for specified array items',
}

/** Why a JSON value is no structural schema, or one that is not built yet; as much of it as anybody reads. */
export function* schemaErrorsInSteps(schema: unknown, path: FieldPath): Steps<Errors> {
  const found: FieldError[] = []
  yield* nodeErrors(schema, path, 'root', 0, found)
  if (found.length === 0) yield* defaultErrors(schema as StructuralSchema, path, found)
  return found.slice(0, mostTold)
}

/** The same at once. */
export const schemaErrors = (...given: Parameters<typeof schemaErrorsInSteps>): Errors =>
  atOnce(schemaErrorsInSteps(...given))

const unsupported = ['$ref', 'additionalItems', 'definitions', 'dependencies', 'id', 'patternProperties', '$schema']

type Found = FieldError[]

function* nodeErrors(schema: unknown, path: FieldPath, place: Place, depth: number, found: Found): Steps<void> {
  if (isRestDue()) yield
  if (found.length >= mostTold) return
  if (!isReadable(schema, path, depth, found)) return
  for (const name of unsupported)
    if (schema[name] !== undefined) found.push(forbidden(child(path, name), `${name} is not supported`))
  if (isNewPattern(schema['pattern'])) yield
  found.push(...typeErrors(schema, path, place), ...ruleErrors(schema, path))
  const { properties, items, additionalProperties } = schema
  if (properties !== undefined) {
    const at = child(path, 'properties')
    for (const [name, property] of Object.entries(properties as Json))
      yield* nodeErrors(property, keyed(at, name), 'field', depth + 1, found)
  }
  if (items !== undefined) yield* nodeErrors(items, child(path, 'items'), 'item', depth + 1, found)
  if (isRecord(additionalProperties))
    yield* nodeErrors(additionalProperties, child(path, 'additionalProperties'), 'field', depth + 1, found)
  yield* combined(schema, path, schema, depth, found)
}

/** Whether a value is a schema at all, and not too deep. */
const isReadable = (schema: unknown, path: FieldPath, depth: number, found: Found): schema is Json => {
  const wrong = !isRecord(schema)
    ? [invalid(path, schema, 'must be a schema')]
    : depth > deepest
      ? [forbidden(path, `schemas deeper than ${deepest} levels are not built yet`)]
      : misshapen(schema, path)
  found.push(...wrong)
  return wrong.length === 0
}

const typeErrors = (schema: Json, path: FieldPath, place: Place): Errors => {
  const { type } = schema
  const at = child(path, 'type')
  const intOrString = schema['x-kubernetes-int-or-string'] === true
  const free = place !== 'root' && (intOrString || schema['x-kubernetes-preserve-unknown-fields'] === true)
  if (type === undefined || type === '') return free ? [] : [required(at, missingType[place])]
  if (place === 'root' && type !== 'object') return [invalid(at, type, 'must be object at the root')]
  if (!types.includes(type as string)) return [notSupported(at, type, types)]
  if (intOrString) return [invalid(at, type, 'must be empty if x-kubernetes-int-or-string is true')]
  if (schema['x-kubernetes-embedded-resource'] === true && type !== 'object')
    return [invalid(at, type, 'must be object if x-kubernetes-embedded-resource is true')]
  return type === 'array' && schema['items'] === undefined ? [required(child(path, 'items'), 'must be specified')] : []
}

/** To make its program is no small step. */
const isNewPattern = (pattern: unknown): boolean => typeof pattern === 'string' && !isPatternKept(pattern)

const ruleErrors = (schema: Json, path: FieldPath): Errors => {
  const { pattern, format } = schema
  const compiled = typeof pattern === 'string' ? linearPattern(pattern) : undefined
  const says = (wrong: boolean, name: string, words: string): Errors =>
    wrong ? [forbidden(child(path, name), words)] : []
  return [
    ...(compiled && E.isLeft(compiled) ? [invalid(child(path, 'pattern'), pattern, patternWords(compiled.left))] : []),
    ...says(
      typeof format === 'string' && formatsNotBuilt.has(format),
      'format',
      `the format ${String(format)} is not built yet`,
    ),
    ...says(
      schema['uniqueItems'] === true,
      'uniqueItems',
      'uniqueItems cannot be set to true since the runtime complexity becomes quadratic',
    ),
    ...says(
      isRecord(schema['properties']) && schema['additionalProperties'] !== undefined,
      'additionalProperties',
      'additionalProperties and properties are mutual exclusive',
    ),
    ...says(
      schema['additionalProperties'] === false,
      'additionalProperties',
      'additionalProperties cannot be set to false',
    ),
    ...(schema['x-kubernetes-list-type'] === 'map' && !Array.isArray(schema['x-kubernetes-list-map-keys'])
      ? [required(child(path, 'x-kubernetes-list-map-keys'), 'must not be empty if x-kubernetes-list-type is map')]
      : []),
    ...(schema['x-kubernetes-embedded-resource'] === true &&
    schema['x-kubernetes-preserve-unknown-fields'] !== true &&
    schema['properties'] === undefined
      ? [
          required(
            child(path, 'properties'),
            'must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields',
          ),
        ]
      : []),
  ]
}

/** What belongs to the structure, and so not into a combination; and rules, which nobody would evaluate for one side of it. */
const structure: readonly (readonly [name: string, mustBe: 'empty' | 'false' | 'undefined'])[] = [
  ['additionalProperties', 'undefined'],
  ['default', 'undefined'],
  ['description', 'empty'],
  ['nullable', 'false'],
  ['title', 'empty'],
  ['type', 'empty'],
  ['x-kubernetes-embedded-resource', 'false'],
  ['x-kubernetes-int-or-string', 'false'],
  ['x-kubernetes-list-map-keys', 'empty'],
  ['x-kubernetes-list-type', 'undefined'],
  ['x-kubernetes-map-type', 'undefined'],
  ['x-kubernetes-preserve-unknown-fields', 'false'],
  ['x-kubernetes-validations', 'empty'],
]

const isEmpty = (value: unknown): boolean =>
  value === undefined || value === false || value === '' || (Array.isArray(value) && value.length === 0)

/** The combinations below `schema`; what they name must stand in `outer`, the structure. */
function* combined(schema: Json, path: FieldPath, outer: Json, depth: number, found: Found): Steps<void> {
  for (const name of ['allOf', 'anyOf', 'oneOf']) {
    const list = schema[name]
    if (list === undefined) continue
    const at = child(path, name)
    if (!Array.isArray(list)) found.push(invalid(at, list, 'must be a list of schemas'))
    else if (outer['x-kubernetes-int-or-string'] !== true || !isNumberOrText(list))
      for (const [i, one] of (list as readonly unknown[]).entries())
        yield* valueOnly(one, index(at, i), outer, depth + 1, found)
  }
  if (schema['not'] !== undefined) yield* valueOnly(schema['not'], child(path, 'not'), outer, depth + 1, found)
}

const isNumberOrText = (list: readonly unknown[]): boolean =>
  list.length === 2 && JSON.stringify(list) === '[{"type":"integer"},{"type":"string"}]'

/** A schema within a combination says something of values, and nothing of the structure. */
function* valueOnly(schema: unknown, path: FieldPath, outer: Json, depth: number, found: Found): Steps<void> {
  if (isRestDue()) yield
  if (found.length >= mostTold) return
  if (!isReadable(schema, path, depth, found)) return
  const { properties = {}, items } = schema
  for (const [name, mustBe] of structure)
    if (mustBe === 'undefined' ? schema[name] !== undefined : !isEmpty(schema[name]))
      found.push(forbidden(child(path, name), `must be ${mustBe} to be structural`))
  if (isNewPattern(schema['pattern'])) yield
  found.push(...ruleErrors(schema, path))
  if (isRecord(properties) && properties['metadata'] !== undefined)
    found.push(forbidden(keyed(child(path, 'properties'), 'metadata'), 'must not be specified in a nested context'))
  const known = isRecord(outer['properties']) ? outer['properties'] : {}
  for (const [name, property] of Object.entries(properties as Json)) {
    const meant = Object.hasOwn(known, name) ? known[name] : outer['additionalProperties']
    yield* meantBy(property, keyed(child(path, 'properties'), name), meant, depth, found)
  }
  if (items !== undefined) yield* meantBy(items, child(path, 'items'), outer['items'], depth, found)
  yield* combined(schema, path, outer, depth, found)
}

/** A part of a combination, whose structure `meant` has. */
function* meantBy(part: unknown, path: FieldPath, meant: unknown, depth: number, found: Found): Steps<void> {
  if (isRecord(meant)) yield* valueOnly(part, path, meant, depth + 1, found)
  else found.push(required(path, 'because it is defined in a combination of schemas'))
}

/** A default fits its own schema, and says nothing that the schema does not have. */
function* defaultErrors(schema: StructuralSchema, path: FieldPath, found: Found): Steps<void> {
  if (isRestDue()) yield
  if (found.length >= mostTold) return
  const given = schema.default
  if (given !== undefined) {
    const at = child(path, 'default')
    let unknown = 0
    prune(schema, given, [], () => unknown++)
    for (let i = 0; i < Math.min(unknown, mostTold); i++) found.push(invalid(at, given, 'must not have unknown fields'))
    found.push(...(yield* valueErrorsInSteps(schema, fill(schema, given), at)))
  }
  for (const name in schema.properties) {
    const property = schema.properties[name]
    if (property) yield* defaultErrors(property, keyed(child(path, 'properties'), name), found)
  }
  if (schema.items) yield* defaultErrors(schema.items, child(path, 'items'), found)
  if (typeof schema.additionalProperties === 'object')
    yield* defaultErrors(schema.additionalProperties, child(path, 'additionalProperties'), found)
}
