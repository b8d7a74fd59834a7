import { isRecord } from '../json/json-value.ts'
import type { Schema, WireUnion } from '../schema/schema.ts'
import { derived, shapeOf } from '../schema/shape.ts'
import type { SolidShape, StructShape } from '../schema/shape.ts'
import { isPointer } from '../schema/go-pointers.ts'
import { planOf } from './message-plan.ts'
import type { MessagePlan, PlannedField } from './message-plan.ts'
import { wireScalars } from './scalars.ts'
import { delimit, WireWriter, writeText } from './wire-writer.ts'

type Members = Readonly<Record<string, unknown>>
/** Writes what a message holds, without its length and tag. */
type WriteContent = (writer: WireWriter, value: unknown) => void
/** Writes fields of a message out of the members of a JSON object. */
type WriteMembers = (writer: WireWriter, members: Members) => void

const noMembers: Members = {}

/** A value that stands alone: an element, a map's value, or a field that is no list and no map. */
const writeOne = (writer: WireWriter, number: number, schema: Schema<unknown>, value: unknown): void => {
  const shape = shapeOf(schema)
  if (shape.tag === 'scalar' && shape.union === undefined) {
    wireScalars[shape.scalar].write(writer, number, value)
    return
  }
  const before = writer.length
  contentOf(schema)(writer, value)
  delimit(writer, number, before)
}

const writeList = (writer: WireWriter, number: number, of: Schema<unknown>, list: readonly unknown[]): void => {
  for (let i = list.length - 1; i >= 0; i--) writeOne(writer, number, of, list[i])
}

const writeMap = (writer: WireWriter, number: number, of: Schema<unknown>, map: Members): void => {
  const keys = Object.keys(map).sort(inUtf8Order)
  for (let i = keys.length - 1; i >= 0; i--) {
    const key = keys[i] as string
    const before = writer.length
    writeOne(writer, 2, of, map[key])
    writeText(writer, 1, key)
    delimit(writer, number, before)
  }
}

const surrogate = /[\ud800-\udfff]/

/** As Go sorts text; JavaScript's own order differs only beyond the basic plane. */
const inUtf8Order = (a: string, b: string): number => {
  if (surrogate.test(a) || surrogate.test(b)) return Buffer.compare(Buffer.from(a), Buffer.from(b))
  return a < b ? -1 : a > b ? 1 : 0
}

const writeUnion = (writer: WireWriter, { struct, other }: WireUnion, value: unknown): void => {
  const isStruct = isRecord(value)
  if (isStruct) writeOne(writer, struct.number, struct.schema, value)
  const { number, schema } = other
  const shape = shapeOf(schema)
  if (shape.tag === 'list') writeList(writer, number, shape.of, Array.isArray(value) ? value : [])
  else writeOne(writer, number, schema, isStruct ? true : value)
}

const contentOf: (schema: Schema<unknown>) => WriteContent = derived((shape: SolidShape): WriteContent => {
  if (shape.tag === 'struct') {
    let write: WriteMembers | undefined
    return (writer, value) => {
      write ??= membersOf(shape, planOf(shape))
      write(writer, isRecord(value) ? value : noMembers)
    }
  }
  // A list inside of a list or map is a message with its elements in field 1.
  if (shape.tag === 'list') return (writer, value) => writeList(writer, 1, shape.of, Array.isArray(value) ? value : [])
  if (shape.tag === 'map') return (writer, value) => writeMap(writer, 1, shape.of, isRecord(value) ? value : noMembers)
  const { union } = shape
  return (writer, value) => union && writeUnion(writer, union, value)
})

const membersOf = (struct: StructShape, plan: MessagePlan): WriteMembers => {
  const fields = [...plan].reverse().map(([number, field]) => fieldOf(struct, number, field))
  return (writer, members) => {
    for (const write of fields) write(writer, members)
  }
}

const fieldOf = (struct: StructShape, number: number, field: PlannedField): WriteMembers => {
  if (field.tag === 'embedded') {
    const write = membersOf(struct, field.plan)
    return (writer, members) => {
      const before = writer.length
      write(writer, members)
      delimit(writer, number, before)
    }
  }
  const { name, schema } = field
  const shape = shapeOf(schema)
  if (shape.tag === 'list')
    return (writer, members) => {
      const list = members[name]
      if (Array.isArray(list)) writeList(writer, number, shape.of, list)
    }
  if (shape.tag === 'map')
    return (writer, members) => {
      const map = members[name]
      if (isRecord(map)) writeMap(writer, number, shape.of, map)
    }
  const zero = isPointer(struct, name) ? noZero : zeroOf(number, schema)
  if (shape.tag === 'scalar' && shape.union === undefined) {
    const scalar = wireScalars[shape.scalar]
    return (writer, members) => {
      const value = members[name]
      if (value === undefined || value === null) writer.bytes(zero())
      else scalar.write(writer, number, value)
    }
  }
  const write = contentOf(schema)
  return (writer, members) => {
    const value = members[name]
    if (value === undefined || value === null) return writer.bytes(zero())
    const before = writer.length
    write(writer, value)
    delimit(writer, number, before)
  }
}

const nothing = new Uint8Array()
const noZero = (): Uint8Array => nothing

/** What Go writes of a field in which nothing was set: the same bytes each time, made at the first. */
const zeroOf = (number: number, schema: Schema<unknown>): (() => Uint8Array) => {
  let known: Uint8Array | undefined
  return () => {
    if (known) return known
    const shape = shapeOf(schema)
    const writer = new WireWriter()
    if (shape.tag === 'scalar') wireScalars[shape.scalar].writeZero(writer, number)
    else {
      contentOf(schema)(writer, noMembers)
      delimit(writer, number, 0)
    }
    known = writer.finish()
    return known
  }
}

/** Messages are made one at a time, so they share their room. */
const scratch = new WireWriter()

/**
 * A JSON value that fits the schema as a message, byte for byte as Kubernetes' generated Go code writes it: fields by rising
 * number, maps by key, zero values of whatever is no pointer. A number beyond 64 bits becomes the nearest one.
 */
export const encodeMessage = (schema: Schema<unknown>, value: unknown): Buffer => {
  scratch.clear()
  contentOf(schema)(scratch, value)
  return scratch.finish()
}
