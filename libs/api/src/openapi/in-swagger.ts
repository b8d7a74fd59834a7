import { isRestDue } from '@periplus/prelude'
import type { Steps } from '@periplus/prelude'
import { isRecord } from '../json/json-value.ts'
import type { Json } from './sources.ts'

/** It keeps what it does not name. */
export const isOpen = (schema: Json): boolean => schema['x-kubernetes-preserve-unknown-fields'] === true
const isNullable = (schema: unknown): boolean => isRecord(schema) && schema['nullable'] === true

/**
 * A custom kind's schema in the words of Swagger 2.0, as apiextensions-apiserver puts it (`ToStructuralOpenAPIV2`): without what
 * combines schemas, and with what may be null or unknown left open, as kubectl takes what it is told of for all there is.
 */
export function* inSwaggerInSteps(schema: Json): Steps<Json> {
  if (isRestDue()) yield
  const { allOf: _, anyOf: __, oneOf: ___, not: ____, nullable, type, items, properties, required, ...said } = schema
  const open = isOpen(schema)
  const leaves = nullable === true || open
  const isUntyped =
    nullable === true || (open && type === 'object') || (type === 'array' && (leaves || !isRecord(items)))
  const known = !leaves && isRecord(properties) ? properties : undefined
  const { additionalProperties } = said
  const wanted =
    Array.isArray(required) && !isNullable(additionalProperties)
      ? required.filter(name => !isNullable(known?.[String(name)]))
      : []
  return {
    ...said,
    ...(isUntyped || type === undefined ? {} : { type }),
    ...(!leaves && isRecord(items) ? { items: yield* inSwaggerInSteps(items) } : {}),
    ...(known ? { properties: yield* membersInSwagger(known) } : {}),
    ...(isRecord(additionalProperties) ? { additionalProperties: yield* inSwaggerInSteps(additionalProperties) } : {}),
    ...(wanted.length === 0 ? {} : { required: wanted }),
  }
}

function* membersInSwagger(members: Json): Steps<Json> {
  const written: [string, unknown][] = []
  for (const [name, one] of Object.entries(members))
    written.push([name, isRecord(one) ? yield* inSwaggerInSteps(one) : one])
  return Object.fromEntries(written)
}
