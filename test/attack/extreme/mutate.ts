import { decodeValue, shapeOf } from '@periplus/api'
import type { Kind, KubernetesObject, ObjectRef, Schema, Stored } from '@periplus/api'
import type { Command } from '@periplus/commands'
import type { Simulation } from '@periplus/controller'
import { builtinRegistry } from '@periplus/custom'
import { E } from '@periplus/prelude'
import type { Random } from '@periplus/prelude'
import { extremeOf, pick } from './values.ts'

type Json = Readonly<Record<string, unknown>>

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)

/** The value with one place below it, of the dice's choosing, at its limits; what is there already is gone into most often. */
const mutated = (schema: Schema<unknown>, value: unknown, random: Random, depth: number): unknown => {
  const shape = shapeOf(schema)
  if (depth <= 0 || value === undefined || random() < 0.08) return extremeOf(schema, random, Math.min(depth, 3))
  if (shape.tag === 'struct' && isObject(value)) {
    const present = Object.keys(value).filter(name => Object.hasOwn(shape.fields, name))
    const name = pick(random, random() < 0.6 && present.length > 0 ? present : Object.keys(shape.fields))
    const field = shape.fields[name]
    return field ? { ...value, [name]: mutated(field.schema, value[name], random, depth - 1) } : value
  }
  if (shape.tag === 'list' && Array.isArray(value) && value.length > 0) {
    const at = Math.floor(random() * value.length)
    return value.map((one, i): unknown => (i === at ? mutated(shape.of, one, random, depth - 1) : one))
  }
  if (shape.tag === 'map' && isObject(value) && Object.keys(value).length > 0) {
    const key = pick(random, Object.keys(value))
    return { ...value, [key]: mutated(shape.of, value[key], random, depth - 1) }
  }
  return extremeOf(schema, random, Math.min(depth, 3))
}

/** Of an object. */
export type Part = 'metadata' | 'spec' | 'status'

/** The object with up to `count` places of `part` at their limits; who it is stays. */
export const atLimits = (
  kind: Kind,
  object: KubernetesObject,
  part: Part,
  random: Random,
  count: number,
): KubernetesObject => {
  const root = shapeOf(kind.schema as Schema<unknown>)
  const field = root.tag === 'struct' ? root.fields[part] : undefined
  if (!field) return object
  let value = (object as Json)[part] ?? {}
  for (let i = 0; i < count; i++) value = mutated(field.schema, value, random, 8) as Json
  const { name, namespace, uid, resourceVersion } = object.metadata ?? {}
  return part === 'metadata'
    ? { ...object, metadata: { ...(value as object), name, namespace, uid, resourceVersion } as never }
    : ({ ...object, [part]: value } as KubernetesObject)
}

/** What the API server cannot read reaches no command. */
export const readable = (kind: Kind, object: KubernetesObject): KubernetesObject | undefined => {
  const read = decodeValue(kind, object, { fieldValidation: 'Strict' })
  return E.isLeft(read) ? undefined : (read.right.object as KubernetesObject)
}

/** An update of the object as it is, with up to `count` places of `part` at their limits; `undefined` where there is nothing to write. */
export const changeOf = (
  { cut }: Pick<Simulation, 'cut'>,
  ref: ObjectRef,
  part: Part,
  random: Random,
  count: number,
): Command | undefined => {
  const kind = builtinRegistry.stored(ref.group, ref.resource)
  const found = cut.entry(ref)?.object() as Stored<KubernetesObject> | undefined
  const object = kind && found && readable(kind, atLimits(kind, found, part, random, count))
  return object && { verb: 'update', kind, object, ...(part === 'status' ? { subresource: 'status' } : {}) }
}
