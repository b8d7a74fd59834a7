import { derived, shapeOf } from '@periplus/api'
import type { Schema, StructShape, StructuralSchema } from '@periplus/api'
import { own } from '@periplus/prelude'
import { list, map, scalars } from '../types/type.ts'
import type { ObjectType, Type } from '../types/type.ts'
import { escaped } from './escape.ts'
import { declaredOf } from './from-schema.ts'

/** What may be one thing or another, and amounts, which expressions read as texts or numbers, are of any type. */
const ofScalar: ReadonlyMap<string, Type> = new Map<string, Type>([
  ['string', scalars.string],
  ['boolean', scalars.bool],
  ['int32', scalars.int],
  ['int64', scalars.int],
  ['double', scalars.double],
  ['bytes', scalars.bytes],
  ['time', scalars.timestamp],
  ['micro-time', scalars.timestamp],
])

/** The type of what a kind's schema describes, for expressions to be checked against before there is any object. */
export const typeOfSchema = (schema: Schema<unknown>): Type => {
  const shape = shapeOf(schema)
  switch (shape.tag) {
    case 'scalar':
      return ofScalar.get(shape.scalar) ?? scalars.dyn
    case 'list':
      return list(typeOfSchema(shape.of))
    case 'map':
      return map(scalars.string, typeOfSchema(shape.of))
    case 'struct':
      return structType(schema)
  }
}

/** Types contain themselves, so what a field is, is found when it is asked for. */
const structType = derived<Type>(shape => {
  const { name, fields, options } = shape as StructShape
  const written = new Map(
    Object.keys(fields).flatMap(field => {
      const as = escaped(field)
      return as === undefined ? [] : [[as, field]]
    }),
  )
  const known = new Map<string, Type>()
  const rest = options.rest && declaredOf(options.rest.openApi as StructuralSchema, true)?.type
  const object: ObjectType = {
    tag: 'object',
    name: name.split('.').slice(-2).join('.'),
    field: as => {
      const found = known.get(as)
      if (found) return found
      const field = own(fields, written.get(as) ?? '')
      const type = field ? typeOfSchema(field.schema) : rest?.tag === 'object' ? rest.field(as) : undefined
      if (type) known.set(as, type)
      return type
    },
  }
  return object
})
