import type { StructuralSchema } from '@periplus/api'
import type { ListIdentity } from '../values/value.ts'
import {
  bytes,
  date,
  double,
  duration,
  dynamic,
  flag,
  int,
  listOf,
  mapOf,
  objectOf,
  textOfRequest,
  time,
} from './declared.ts'
import type { Declared, Member } from './declared.ts'
import { escaped } from './escape.ts'

const known = new WeakMap<StructuralSchema, Map<boolean, Declared | undefined>>()

/**
 * What values of a structural schema are in expressions; `undefined` where expressions may not look at them, as nothing says what they are.
 * `isResource`: the root of an object, of which kind and name can be asked whatever the schema says.
 */
export const declaredOf = (schema: StructuralSchema, isResource: boolean): Declared | undefined => {
  const made = known.get(schema) ?? new Map<boolean, Declared | undefined>()
  known.set(schema, made)
  if (!made.has(isResource)) made.set(isResource, declare(schema, isResource))
  return made.get(isResource)
}

const isEmbedded = (schema: StructuralSchema): boolean => schema['x-kubernetes-embedded-resource'] === true

const declare = (schema: StructuralSchema, isResource: boolean): Declared | undefined => {
  if (schema['x-kubernetes-int-or-string'])
    return { ...dynamic, mostElements: mostLength(schema) ?? textOfRequest.mostElements }
  switch (schema.type) {
    case 'array':
      return list(schema)
    case 'object':
      return typeof schema.additionalProperties === 'object' && !isResource
        ? map(schema, schema.additionalProperties)
        : object(schema, isResource)
    case 'string':
      return text(schema)
    case 'boolean':
      return flag
    case 'number':
      return double
    case 'integer':
      return int
    default:
      return undefined
  }
}

const list = (schema: StructuralSchema): Declared | undefined => {
  const element = schema.items && declaredOf(schema.items, isEmbedded(schema.items))
  if (!element) return undefined
  const most = schema.maxItems === undefined ? undefined : Math.max(0, schema.maxItems)
  return listOf(element, most, identityOf(schema))
}

const identityOf = (schema: StructuralSchema): ListIdentity | undefined => {
  const type = schema['x-kubernetes-list-type']
  if (type === 'set') return { tag: 'set' }
  const keys = schema['x-kubernetes-list-map-keys'] ?? []
  return type === 'map' ? { tag: 'map', keys: keys.map(key => escaped(key) ?? key) } : undefined
}

const map = (schema: StructuralSchema, values: StructuralSchema): Declared | undefined => {
  const value = declaredOf(values, isEmbedded(values))
  const most = schema.maxProperties === undefined ? undefined : Math.max(0, schema.maxProperties)
  return value && mapOf(value, most)
}

const aText: StructuralSchema = { type: 'string' }
const ofEveryResource: Readonly<Record<string, StructuralSchema>> = {
  kind: aText,
  apiVersion: aText,
  metadata: { type: 'object', properties: { name: aText, generateName: aText } },
}

const object = (schema: StructuralSchema, isResource: boolean): Declared => {
  const properties = { ...schema.properties, ...(isResource ? ofEveryResource : {}) }
  const required = new Set(schema.required)
  const fields = new Map<string, Member>()
  let leastSize = 2
  for (const [name, property] of Object.entries(properties)) {
    const declared = declaredOf(property, isEmbedded(property))
    if (!declared) continue
    const written = escaped(name)
    if (written !== undefined) fields.set(written, { name, declared })
    if (required.has(name) && property.default === undefined) leastSize += name.length + declared.leastSize + 4
  }
  return objectOf('object', fields, leastSize)
}

/** Characters may take four bytes. */
const mostLength = ({ maxLength }: StructuralSchema): number | undefined =>
  maxLength === undefined ? undefined : Math.max(0, maxLength) * 4

const formats: ReadonlyMap<string, Declared> = new Map([
  ['duration', duration],
  ['date', date],
  ['date-time', time],
])

const text = (schema: StructuralSchema): Declared => {
  const { format = '', maxLength, enum: allowed } = schema
  if (format === 'byte') return maxLength === undefined ? bytes : { ...bytes, mostElements: Math.max(0, maxLength) }
  const known = formats.get(format)
  if (known) return known
  const longest = allowed?.reduce<number>(
    (most, one) => Math.max(most, typeof one === 'string' ? Buffer.byteLength(one) : 0),
    0,
  )
  return { ...textOfRequest, mostElements: mostLength(schema) ?? (longest || textOfRequest.mostElements) }
}
