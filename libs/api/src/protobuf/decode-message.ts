import { put } from '../json/json-value.ts'
import type { Schema, WireUnion } from '../schema/schema.ts'
import { shapeOf } from '../schema/shape.ts'
import type { SolidShape, StructShape } from '../schema/shape.ts'
import { planOf } from './message-plan.ts'
import type { MessagePlan } from './message-plan.ts'
import { wireScalars } from './scalars.ts'
import { WireFault, WireReader } from './wire-reader.ts'
import type { WireType } from './wire-reader.ts'

type Members = Record<string, unknown>

const maxDepth = 100

const expect = (type: WireType, wanted: WireType, name: string): void => {
  if (type !== wanted) throw new WireFault(`proto: wrong wireType = ${type} for field ${name}`)
}

/** One value that is not a list of its own; on the wire a list inside a map or list is a message with `items` in field 1. */
const readOne = (reader: WireReader, type: WireType, schema: Schema<unknown>, name: string, depth: number): unknown => {
  if (depth > maxDepth) throw new WireFault('proto: nested too deep')
  const shape = shapeOf(schema)
  if (shape.tag === 'scalar' && shape.union !== undefined) {
    expect(type, 2, name)
    return readUnion(reader.inner(), shape.union, depth + 1)
  }
  if (shape.tag === 'scalar') {
    const scalar = wireScalars[shape.scalar]
    expect(type, scalar.type, name)
    return scalar.read(reader)
  }
  expect(type, 2, name)
  if (shape.tag === 'struct') return readStruct(reader.inner(), shape, depth + 1)
  const inner = reader.inner()
  const holder: Members = {}
  while (!inner.done) {
    const field = inner.tag()
    if (field.number === 1) readField(inner, field.type, holder, 'items', schema, depth + 1)
    else inner.skip(field.type)
  }
  return holder.items ?? (shape.tag === 'list' ? [] : {})
}

/** The object where there is one; an empty list is what nothing at all stands for. */
const readUnion = (reader: WireReader, { struct, other }: WireUnion, depth: number): unknown => {
  const found: Members = {}
  while (!reader.done) {
    const field = reader.tag()
    const place = field.number === struct.number ? 'struct' : field.number === other.number ? 'other' : undefined
    if (place === undefined) reader.skip(field.type)
    else readField(reader, field.type, found, place, place === 'struct' ? struct.schema : other.schema, depth)
  }
  return found.struct ?? found.other ?? emptyOf(shapeOf(other.schema))
}

const readEntry = (
  reader: WireReader,
  of: Schema<unknown>,
  name: string,
  depth: number,
): readonly [string, unknown] => {
  let key = ''
  let value: unknown
  while (!reader.done) {
    const { number, type } = reader.tag()
    if (number === 1 && type === 2) key = Buffer.from(reader.delimited()).toString('utf8')
    else if (number === 2) value = readOne(reader, type, of, name, depth)
    else reader.skip(type)
  }
  return [key, value ?? emptyOf(shapeOf(of))]
}

/** What an entry without a value stands for. */
const emptyOf = (shape: SolidShape): unknown => {
  if (shape.tag === 'list') return []
  if (shape.tag !== 'scalar') return {}
  return shape.scalar === 'quantity'
    ? '0'
    : shape.scalar === 'boolean'
      ? false
      : /^int|double/.test(shape.scalar)
        ? 0
        : ''
}

const readPacked = (reader: WireReader, shape: SolidShape, list: unknown[]): void => {
  if (shape.tag !== 'scalar') return
  while (!reader.done) list.push(wireScalars[shape.scalar].read(reader))
}

const readField = (
  reader: WireReader,
  type: WireType,
  into: Members,
  name: string,
  schema: Schema<unknown>,
  depth: number,
): void => {
  const shape = shapeOf(schema)
  if (shape.tag === 'list') {
    const list = (into[name] ??= []) as unknown[]
    const element = shapeOf(shape.of)
    const packed = type === 2 && element.tag === 'scalar' && wireScalars[element.scalar].type !== 2
    if (packed) readPacked(reader.inner(), element, list)
    else list.push(readOne(reader, type, shape.of, name, depth))
  } else if (shape.tag === 'map') {
    expect(type, 2, name)
    const [key, value] = readEntry(reader.inner(), shape.of, name, depth)
    put((into[name] ??= {}) as Members, key, value)
  } else {
    const value = readOne(reader, type, schema, name, depth)
    if (value !== undefined) into[name] = value
  }
}

const readInto = (reader: WireReader, plan: MessagePlan, into: Members, depth: number): void => {
  if (depth > maxDepth) throw new WireFault('proto: nested too deep')
  while (!reader.done) {
    const { number, type } = reader.tag()
    const field = plan.get(number)
    if (field === undefined) reader.skip(type)
    else if (field.tag === 'embedded') {
      expect(type, 2, `embedded message ${number}`)
      readInto(reader.inner(), field.plan, into, depth + 1)
    } else readField(reader, type, into, field.name, field.schema, depth)
  }
}

const readStruct = (reader: WireReader, struct: StructShape, depth: number): Members => {
  const members: Members = {}
  readInto(reader, planOf(struct), members, depth)
  return members
}

/** A message as the JSON value that the schema describes, zero values included; throws `WireFault` for malformed input. */
export const decodeMessage = (schema: Schema<unknown>, bytes: Uint8Array, most?: number): unknown => {
  const shape = shapeOf(schema)
  if (shape.tag !== 'struct') throw new Error('only structs are messages')
  return readStruct(new WireReader(bytes, undefined, most), shape, 0)
}
