import { E } from '@periplus/prelude'
import { isRecord } from '../json/json-value.ts'
import type { FieldError } from '../refusal.ts'
import * as fieldError from '../status/field-error.ts'
import type { FieldPath } from '../status/field-error.ts'
import { fill } from './fill.ts'
import { formatsNotBuilt } from './formats.ts'
import { linearPattern } from '../pattern/linear-pattern.ts'
import { patternWords } from './pattern.ts'
import { prune } from './prune.ts'
import { misshapen } from './schema-shape.ts'
import type { StructuralSchema } from './structural-schema.ts'
import { valueErrors } from './value-errors.ts'

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

/** Why a JSON value is no structural schema, or one that is not built yet. */
export const schemaErrors = (schema: unknown, path: FieldPath): Errors => {
  const errors = nodeErrors(schema, path, 'root', 0)
  return errors.length > 0 ? errors : defaultErrors(schema as StructuralSchema, path)
}

const unsupported = ['$ref', 'additionalItems', 'definitions', 'dependencies', 'id', 'patternProperties', '$schema']

const nodeErrors = (schema: unknown, path: FieldPath, place: Place, depth: number): Errors => {
  if (!isRecord(schema)) return [invalid(path, schema, 'must be a schema')]
  if (depth > deepest) return [forbidden(path, `schemas deeper than ${deepest} levels are not built yet`)]
  const wrong = misshapen(schema, path)
  if (wrong.length > 0) return wrong
  return [
    ...unsupported
      .filter(name => schema[name] !== undefined)
      .map(name => forbidden(child(path, name), `${name} is not supported`)),
    ...typeErrors(schema, path, place),
    ...ruleErrors(schema, path),
    ...inner(schema, path, depth),
    ...combined(schema, path, schema, depth),
  ]
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

const inner = (schema: Json, path: FieldPath, depth: number): Errors => {
  const { properties = {}, items, additionalProperties } = schema
  return [
    ...Object.entries(properties as Json).flatMap(([name, property]) =>
      nodeErrors(property, keyed(child(path, 'properties'), name), 'field', depth + 1),
    ),
    ...(items === undefined ? [] : nodeErrors(items, child(path, 'items'), 'item', depth + 1)),
    ...(isRecord(additionalProperties)
      ? nodeErrors(additionalProperties, child(path, 'additionalProperties'), 'field', depth + 1)
      : []),
  ]
}

/** What belongs to the structure, and so not into a combination. */
const structure = [
  'additionalProperties',
  'default',
  'description',
  'nullable',
  'title',
  'type',
  'x-kubernetes-embedded-resource',
  'x-kubernetes-int-or-string',
  'x-kubernetes-list-map-keys',
  'x-kubernetes-list-type',
  'x-kubernetes-map-type',
  'x-kubernetes-preserve-unknown-fields',
]

/** The combinations below `schema`; what they name must stand in `outer`, the structure. */
const combined = (schema: Json, path: FieldPath, outer: Json, depth: number): Errors => [
  ...['allOf', 'anyOf', 'oneOf'].flatMap(name => {
    const at = child(path, name)
    const list = schema[name]
    if (list === undefined) return []
    if (!Array.isArray(list)) return [invalid(at, list, 'must be a list of schemas')]
    const numberOrText = outer['x-kubernetes-int-or-string'] === true && isNumberOrText(list)
    return numberOrText ? [] : list.flatMap((one: unknown, i) => valueOnly(one, index(at, i), outer, depth + 1))
  }),
  ...(schema['not'] === undefined ? [] : valueOnly(schema['not'], child(path, 'not'), outer, depth + 1)),
]

const isNumberOrText = (list: readonly unknown[]): boolean =>
  JSON.stringify(list) === '[{"type":"integer"},{"type":"string"}]'

/** A schema within a combination says something of values, and nothing of the structure. */
const valueOnly = (schema: unknown, path: FieldPath, outer: Json, depth: number): Errors => {
  if (!isRecord(schema)) return [invalid(path, schema, 'must be a schema')]
  if (depth > deepest) return [forbidden(path, `schemas deeper than ${deepest} levels are not built yet`)]
  const wrong = misshapen(schema, path)
  if (wrong.length > 0) return wrong
  const { properties = {}, items } = schema
  const known = isRecord(outer['properties']) ? outer['properties'] : {}
  return [
    ...structure
      .filter(name => schema[name] !== undefined)
      .map(name => forbidden(child(path, name), 'must be empty to be structural')),
    ...ruleErrors(schema, path),
    ...(schema['x-kubernetes-validations'] === undefined
      ? []
      : [
          forbidden(child(path, 'x-kubernetes-validations'), 'rules within a combination of schemas are not built yet'),
        ]),
    ...Object.entries(properties as Json).flatMap(([name, property]) => {
      const at = keyed(child(path, 'properties'), name)
      const meant = Object.hasOwn(known, name) ? known[name] : outer['additionalProperties']
      return isRecord(meant)
        ? valueOnly(property, at, meant, depth + 1)
        : [required(at, 'because it is defined in a combination of schemas')]
    }),
    ...(items === undefined
      ? []
      : isRecord(outer['items'])
        ? valueOnly(items, child(path, 'items'), outer['items'], depth + 1)
        : [required(child(path, 'items'), 'because it is defined in a combination of schemas')]),
    ...combined(schema, path, outer, depth),
  ]
}

/** A default fits its own schema, and says nothing that the schema does not have. */
const defaultErrors = (schema: StructuralSchema, path: FieldPath): Errors => {
  const given = schema.default
  const at = child(path, 'default')
  const unknown: string[] = []
  if (given !== undefined) prune(schema, given, [], where => unknown.push(where.join('.')))
  return [
    ...unknown.map(() => invalid(at, given, 'must not have unknown fields')),
    ...(given === undefined ? [] : valueErrors(schema, fill(schema, given), at)),
    ...Object.entries(schema.properties ?? {}).flatMap(([name, property]) =>
      defaultErrors(property, keyed(child(path, 'properties'), name)),
    ),
    ...(schema.items ? defaultErrors(schema.items, child(path, 'items')) : []),
    ...(typeof schema.additionalProperties === 'object'
      ? defaultErrors(schema.additionalProperties, child(path, 'additionalProperties'))
      : []),
  ]
}
