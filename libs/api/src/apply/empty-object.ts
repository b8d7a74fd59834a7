import { isPointer } from '../schema/go-pointers.ts'
import type { Schema } from '../schema/schema.ts'
import { shapeOf } from '../schema/shape.ts'
import type { StructShape } from '../schema/shape.ts'

const remembered = new WeakMap<StructShape, Readonly<Record<string, unknown>>>()

const emptyStruct = (shape: StructShape): Readonly<Record<string, unknown>> => {
  const known = remembered.get(shape)
  if (known) return known
  const empty: Record<string, unknown> = {}
  // A type that contains itself contains itself no deeper than this.
  remembered.set(shape, empty)
  for (const [name, { schema, required }] of Object.entries(shape.fields)) {
    const below = shapeOf(schema)
    if (below.tag === 'list' && required) empty[name] = null
    if (below.tag !== 'struct') continue
    // What Go holds by value is there in an object that has nothing yet, so that nobody is the one who added it.
    if (required || !isPointer(shape, name)) empty[name] = emptyStruct(below)
  }
  return empty
}

/** An object of a type as it is before anybody has set anything. */
export const emptyObject = (schema: Schema<unknown>): Readonly<Record<string, unknown>> => {
  const shape = shapeOf(schema)
  if (shape.tag !== 'struct') return {}
  return shape.name.startsWith('io.k8s.') ? emptyStruct(shape) : { metadata: {} }
}
