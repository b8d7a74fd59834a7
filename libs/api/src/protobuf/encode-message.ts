import { isRecord } from '../json/json-value.ts'
import type { Schema } from '../schema/schema.ts'
import { shapeOf } from '../schema/shape.ts'
import { planOf } from './message-plan.ts'
import type { MessagePlan } from './message-plan.ts'
import { wireScalars } from './scalars.ts'
import { WireWriter } from './wire-writer.ts'

const writeOne = (writer: WireWriter, number: number, schema: Schema<unknown>, value: unknown): void => {
  const shape = shapeOf(schema)
  if (shape.tag === 'scalar') {
    if (value !== null && value !== undefined) wireScalars[shape.scalar].write(writer, number, value)
  } else if (shape.tag === 'struct') writer.delimited(number, messageBytes(planOf(shape), value))
  else {
    const inner = new WireWriter()
    writeField(inner, 1, schema, value)
    writer.delimited(number, inner.finish())
  }
}

const writeField = (writer: WireWriter, number: number, schema: Schema<unknown>, value: unknown): void => {
  if (value === undefined || value === null) return
  const shape = shapeOf(schema)
  if (shape.tag === 'list')
    for (const element of value as readonly unknown[]) writeOne(writer, number, shape.of, element)
  else if (shape.tag === 'map')
    for (const key of Object.keys(value).sort()) {
      const entry = new WireWriter()
      entry.text(1, key)
      writeOne(entry, 2, shape.of, (value as Record<string, unknown>)[key])
      writer.delimited(number, entry.finish())
    }
  else writeOne(writer, number, schema, value)
}

const messageBytes = (plan: MessagePlan, value: unknown): Buffer => {
  const writer = new WireWriter()
  const members = isRecord(value) ? value : {}
  for (const [number, field] of plan)
    if (field.tag === 'field') writeField(writer, number, field.schema, members[field.name])
    else writer.delimited(number, messageBytes(field.plan, members))
  return writer.finish()
}

/** A JSON value that fits the schema as a message: fields by rising number, maps by key, so equal values give equal bytes. */
export const encodeMessage = (schema: Schema<unknown>, value: unknown): Buffer => {
  const shape = shapeOf(schema)
  if (shape.tag !== 'struct') throw new Error('only structs are messages')
  return messageBytes(planOf(shape), value)
}
