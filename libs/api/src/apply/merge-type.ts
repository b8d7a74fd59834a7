import { own } from '@periplus/prelude'
import { ObjectMeta } from '../meta/object-meta.ts'
import { isHeldByValue } from '../schema/go-pointers.ts'
import type { Field, FieldOptions, Rest, Schema, Shape } from '../schema/schema.ts'
import type { StructShape } from '../schema/shape.ts'
import type { StructuralSchema } from '../structural/structural-schema.ts'

/** How values of a type merge and who may own which part of them: the type as server-side apply sees it. */
export type MergeType =
  | { readonly tag: 'scalar'; readonly scalar: 'string' | 'numeric' | 'boolean' | 'untyped' }
  | ListType
  | MapType
  /** Whatever the value is: scalars and lists as one; of objects each member, unless `atomic`. */
  | { readonly tag: 'any'; readonly atomic: boolean }

/** A list; as one, or by element. */
export interface ListType {
  readonly tag: 'list'
  readonly relation: 'atomic' | 'set' | 'map'
  /** Of a map: the fields that tell elements apart. */
  readonly keys: readonly string[]
  /** What stands for a key field that an element leaves out. */
  readonly defaultOf: (key: string) => unknown
  readonly of: () => MergeType
}

/** A struct or a map; as one, or by member. */
export interface MapType {
  readonly tag: 'map'
  readonly atomic: boolean
  /** The type of a member that the type names. */
  readonly named: (name: string) => MergeType | undefined
  /** The type of all other members; `undefined` where there may be none. */
  readonly other: MergeType | undefined
  /** Members that are always there, if empty: nobody adds or removes them, only what is in them. */
  readonly always: readonly string[]
}

const untyped: MergeType = { tag: 'scalar', scalar: 'untyped' }
const deduced: MergeType = { tag: 'any', atomic: false }
const anything: MergeType = { tag: 'any', atomic: true }

/** The type of a member; `undefined` where there may be none of this name. */
export const memberType = (type: MapType, name: string): MergeType | undefined => type.named(name) ?? type.other

const scalarOf = (shape: Extract<Shape, { readonly tag: 'scalar' }>): MergeType => {
  switch (shape.scalar) {
    case 'raw-object':
      return anything
    case 'raw-any':
      return deduced
    case 'boolean':
      return { tag: 'scalar', scalar: 'boolean' }
    case 'int32':
    case 'int64':
    case 'double':
      return { tag: 'scalar', scalar: 'numeric' }
    case 'quantity':
    case 'int-or-string':
      return untyped
    default:
      return { tag: 'scalar', scalar: 'string' }
  }
}

const relationOf = ({ listType, patch, mergeKey }: FieldOptions<unknown>): ListType['relation'] => {
  if (listType) return listType
  const merges = patch === 'merge' || patch === 'merge,retainKeys'
  return merges ? (mergeKey === undefined ? 'set' : 'map') : 'atomic'
}

const remembered = new WeakMap<object, MergeType>()

/** Once for each; types contain themselves. */
const once = (key: object, make: () => MergeType): MergeType => {
  const known = remembered.get(key)
  if (known) return known
  const made = make()
  remembered.set(key, made)
  return made
}

const fieldType = ({ schema, options }: Field<unknown, boolean>): MergeType => {
  const shape = resolved(schema)
  if (shape.tag === 'list') {
    const { keys, mergeKey } = options
    return listOf(shape.of, relationOf(options), keys ?? (mergeKey === undefined ? [] : [mergeKey]))
  }
  const type = mergeTypeOf(schema)
  return options.mapType !== undefined && type.tag === 'map' ? { ...type, atomic: options.mapType === 'atomic' } : type
}

const resolved = (schema: Schema<unknown>): Exclude<Shape, { readonly tag: 'lazy' }> =>
  schema.shape.tag === 'lazy' ? resolved(schema.shape.get()) : schema.shape

const listOf = (of: Schema<unknown>, relation: ListType['relation'], keys: readonly string[]): MergeType => ({
  tag: 'list',
  relation,
  keys: keys.toSorted(),
  defaultOf: key => {
    const shape = resolved(of)
    const field = shape.tag === 'struct' ? own(shape.fields, key) : undefined
    return field && (field.options.default ?? (field.required ? zeroOf(resolved(field.schema)) : undefined))
  },
  of: () => mergeTypeOf(of),
})

/** What Go has where nothing was set. */
const zeroOf = (shape: Shape): unknown =>
  shape.tag !== 'scalar' ? undefined : shape.scalar === 'string' ? '' : shape.scalar.startsWith('int') ? 0 : undefined

const alwaysIn = (shape: StructShape): readonly string[] =>
  Object.entries(shape.fields).flatMap(([name, { schema }]) => (isHeldByValue(shape, name, schema) ? [name] : []))

/** The type of a schema, as a field without options of its own has it. */
export const mergeTypeOf = (schema: Schema<unknown>): MergeType => {
  const shape = resolved(schema)
  switch (shape.tag) {
    case 'scalar':
      return scalarOf(shape)
    case 'list':
      return listOf(shape.of, 'atomic', [])
    case 'map':
      return once(shape, () => ({
        tag: 'map',
        atomic: false,
        named: () => undefined,
        other: mergeTypeOf(shape.of),
        always: [],
      }))
    case 'struct':
      return once(shape, () => {
        const { rest, atomic = false } = shape.options
        const others = rest && restType(rest)
        const types = new Map<string, MergeType>()
        return {
          tag: 'map',
          atomic,
          named: name => {
            const known = types.get(name)
            if (known) return known
            const field = own(shape.fields, name)
            if (!field) return others?.named(name)
            const type = fieldType(field)
            types.set(name, type)
            return type
          },
          other: others?.other,
          always: alwaysIn(shape),
        }
      })
  }
}

const restType = ({ openApi }: Rest): MapType => {
  const type = structuralType(openApi as StructuralSchema, false)
  return type.tag === 'map' ? type : { tag: 'map', atomic: false, named: () => undefined, other: deduced, always: [] }
}

const embedded: Readonly<Record<string, MergeType>> = {
  apiVersion: { tag: 'scalar', scalar: 'string' },
  kind: { tag: 'scalar', scalar: 'string' },
}

const structuralMap = (schema: StructuralSchema, keepsUnknown: boolean): MapType => {
  const { properties, additionalProperties } = schema
  const isEmbedded = schema['x-kubernetes-embedded-resource'] ?? false
  const open = keepsUnknown || !properties || Object.keys(properties).length === 0
  return {
    tag: 'map',
    atomic: schema['x-kubernetes-map-type'] === 'atomic',
    named: name => {
      const property = own(properties, name)
      if (property) return once(property, () => structuralType(property, keepsUnknown))
      if (!isEmbedded) return undefined
      return name === 'metadata' ? mergeTypeOf(ObjectMeta) : own(embedded, name)
    },
    other:
      typeof additionalProperties === 'object'
        ? structuralType(additionalProperties, keepsUnknown)
        : additionalProperties === true || (additionalProperties === undefined && open)
          ? deduced
          : undefined,
    always: [],
  }
}

const structuralList = (schema: StructuralSchema, keepsUnknown: boolean): MergeType => {
  const { items } = schema
  const relation = schema['x-kubernetes-list-type']
  return {
    tag: 'list',
    relation: relation === 'set' || relation === 'map' ? relation : 'atomic',
    keys: (schema['x-kubernetes-list-map-keys'] ?? []).toSorted(),
    defaultOf: key => own(items?.properties, key)?.default,
    of: () => (items ? once(items, () => structuralType(items, keepsUnknown)) : anything),
  }
}

const structuralType = (schema: StructuralSchema, inherited: boolean): MergeType => {
  const keepsUnknown = inherited || schema['x-kubernetes-preserve-unknown-fields'] === true
  if (schema['x-kubernetes-int-or-string']) return untyped
  switch (schema.type) {
    case 'object':
      return structuralMap(schema, keepsUnknown)
    case 'array':
      return structuralList(schema, keepsUnknown)
    case 'string':
      return { tag: 'scalar', scalar: 'string' }
    case 'boolean':
      return { tag: 'scalar', scalar: 'boolean' }
    case 'integer':
    case 'number':
      return { tag: 'scalar', scalar: 'numeric' }
    default:
      return schema.properties ? structuralMap(schema, keepsUnknown) : deduced
  }
}
