import { schema } from '@periplus/api'
import type { Schema, TypeOf } from '@periplus/api'

const { boolean, double, int64, lazy, list, map, optional, rawAny, rawUnion, required, string, struct } = schema
const pkg = 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1'

export const ExternalDocumentation = struct(`${pkg}.ExternalDocumentation`, {
  description: optional(1, string),
  url: optional(2, string),
})
export interface ExternalDocumentation extends TypeOf<typeof ExternalDocumentation> {}

export const ValidationRule = struct(`${pkg}.ValidationRule`, {
  fieldPath: optional(5, string),
  message: optional(2, string),
  messageExpression: optional(3, string),
  optionalOldSelf: optional(6, boolean),
  reason: optional(4, string),
  rule: required(1, string),
})
export interface ValidationRule extends TypeOf<typeof ValidationRule> {}

const itself: Schema<unknown> = lazy(() => JSONSchemaProps)
const schemaOrBoolean = rawUnion({ struct: { number: 2, schema: itself }, other: { number: 1, schema: boolean } })
const schemaOrSchemas = rawUnion({ struct: { number: 1, schema: itself }, other: { number: 2, schema: list(itself) } })
const schemaOrNames = rawUnion({ struct: { number: 1, schema: itself }, other: { number: 2, schema: list(string) } })

export const JSONSchemaProps = struct(`${pkg}.JSONSchemaProps`, {
  $ref: optional(3, string),
  $schema: optional(2, string),
  additionalItems: optional(33, schemaOrBoolean),
  additionalProperties: optional(30, schemaOrBoolean),
  allOf: optional(25, list(lazy((): Schema<JSONSchemaProps> => JSONSchemaProps)), { listType: 'atomic' }),
  anyOf: optional(27, list(lazy((): Schema<JSONSchemaProps> => JSONSchemaProps)), { listType: 'atomic' }),
  default: optional(8, rawAny),
  definitions: optional(34, map(lazy((): Schema<JSONSchemaProps> => JSONSchemaProps))),
  dependencies: optional(32, map(schemaOrNames)),
  description: optional(4, string),
  enum: optional(20, list(rawAny), { listType: 'atomic' }),
  example: optional(36, rawAny),
  exclusiveMaximum: optional(10, boolean),
  exclusiveMinimum: optional(12, boolean),
  externalDocs: optional(35, ExternalDocumentation),
  format: optional(6, string),
  id: optional(1, string),
  items: optional(24, schemaOrSchemas),
  maxItems: optional(16, int64),
  maxLength: optional(13, int64),
  maxProperties: optional(21, int64),
  maximum: optional(9, double),
  minItems: optional(17, int64),
  minLength: optional(14, int64),
  minProperties: optional(22, int64),
  minimum: optional(11, double),
  multipleOf: optional(19, double),
  not: optional(
    28,
    lazy((): Schema<JSONSchemaProps> => JSONSchemaProps),
  ),
  nullable: optional(37, boolean),
  oneOf: optional(26, list(lazy((): Schema<JSONSchemaProps> => JSONSchemaProps)), { listType: 'atomic' }),
  pattern: optional(15, string),
  patternProperties: optional(31, map(lazy((): Schema<JSONSchemaProps> => JSONSchemaProps))),
  properties: optional(29, map(lazy((): Schema<JSONSchemaProps> => JSONSchemaProps))),
  required: optional(23, list(string), { listType: 'atomic' }),
  title: optional(7, string),
  type: optional(5, string),
  uniqueItems: optional(18, boolean),
  'x-kubernetes-embedded-resource': optional(39, boolean),
  'x-kubernetes-int-or-string': optional(40, boolean),
  'x-kubernetes-list-map-keys': optional(41, list(string), { listType: 'atomic' }),
  'x-kubernetes-list-type': optional(42, string),
  'x-kubernetes-map-type': optional(43, string),
  'x-kubernetes-preserve-unknown-fields': optional(38, boolean),
  'x-kubernetes-validations': optional(44, list(ValidationRule), {
    listType: 'map',
    keys: ['rule'],
    mergeKey: 'rule',
    patch: 'merge',
  }),
})
export interface JSONSchemaProps extends TypeOf<typeof JSONSchemaProps> {}
