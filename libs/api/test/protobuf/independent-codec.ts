import protobuf from 'protobufjs'
import { shapeOf } from '@periplus/api'
import type { Scalar, Schema } from '@periplus/api'

/** The field numbers of the schema given to protobufjs: somebody else's reading of the wire format. */
const scalars: Readonly<Record<Scalar, string | readonly (readonly [number, string, string])[]>> = {
  string: 'string',
  boolean: 'bool',
  int32: 'int32',
  int64: 'int64',
  double: 'double',
  bytes: 'bytes',
  quantity: [[1, 'string', 'string']],
  time: [
    [1, 'seconds', 'int64'],
    [2, 'nanos', 'int32'],
  ],
  'micro-time': [
    [1, 'seconds', 'int64'],
    [2, 'nanos', 'int32'],
  ],
  'int-or-string': [
    [1, 'type', 'int64'],
    [2, 'intVal', 'int32'],
    [3, 'strVal', 'string'],
  ],
  'raw-object': [[1, 'raw', 'bytes']],
  'raw-any': [[1, 'raw', 'bytes']],
}

export const messageTypeOf = (schema: Schema<unknown>): protobuf.Type => {
  const root = new protobuf.Root()
  const made = new Map<unknown, string>()
  let count = 0
  const fresh = (): protobuf.Type => {
    const type = new protobuf.Type(`T${count++}`)
    root.add(type)
    return type
  }
  const nameOf = (of: Schema<unknown>): string => {
    const shape = shapeOf(of)
    if (shape.tag === 'scalar' && typeof scalars[shape.scalar] === 'string') return scalars[shape.scalar] as string
    const key = shape.tag === 'scalar' ? shape.scalar : shape
    const known = made.get(key)
    if (known !== undefined) return known
    const type = fresh()
    made.set(key, type.name)
    if (shape.tag === 'scalar')
      for (const [number, name, kind] of scalars[shape.scalar] as readonly (readonly [number, string, string])[])
        type.add(new protobuf.Field(name, number, kind))
    else if (shape.tag === 'struct')
      for (const [name, { number, schema: inner, options }] of Object.entries(shape.fields)) {
        if (number === undefined) continue
        let home = type
        for (const outer of options.within ?? []) {
          const inside = home.fieldsById[outer]
          if (inside === undefined) {
            const embedded = fresh()
            home.add(new protobuf.Field(`embedded${outer}`, outer, embedded.name))
            home = embedded
          } else home = root.lookupType(inside.type)
        }
        addField(home, `f_${name.replace(/\W/g, '_')}`, number, inner)
      }
    else addField(type, 'items', 1, of)
    return type.name
  }
  const addField = (type: protobuf.Type, name: string, number: number, of: Schema<unknown>): void => {
    const shape = shapeOf(of)
    if (shape.tag === 'list') type.add(new protobuf.Field(name, number, nameOf(shape.of), 'repeated'))
    else if (shape.tag === 'map') type.add(new protobuf.MapField(name, number, 'string', nameOf(shape.of)))
    else type.add(new protobuf.Field(name, number, nameOf(of)))
  }
  return root.lookupType(nameOf(schema))
}
