import type { Schema } from '../schema/schema.ts'
import { shapeOf } from '../schema/shape.ts'
import type { StructShape } from '../schema/shape.ts'

/** What a number in a message is: a field of the JSON object, or a message whose fields JSON shows flat. */
export type PlannedField =
  | { readonly tag: 'field'; readonly name: string; readonly schema: Schema<unknown> }
  | { readonly tag: 'embedded'; readonly plan: MessagePlan }

/** A message's fields by number, in rising order. */
export type MessagePlan = ReadonlyMap<number, PlannedField>

const place = (
  plan: Map<number, PlannedField>,
  within: readonly number[],
  number: number,
  field: PlannedField,
): void => {
  const [outer, ...rest] = within
  if (outer === undefined) {
    plan.set(number, field)
    return
  }
  const known = plan.get(outer)
  const inner = known?.tag === 'embedded' ? (known.plan as Map<number, PlannedField>) : new Map<number, PlannedField>()
  place(inner, rest, number, field)
  plan.set(outer, { tag: 'embedded', plan: inner })
}

const sorted = (plan: Map<number, PlannedField>): MessagePlan =>
  new Map(
    [...plan]
      .sort(([a], [b]) => a - b)
      .map(([number, field]) => [
        number,
        field.tag === 'embedded' ? { ...field, plan: sorted(field.plan as Map<number, PlannedField>) } : field,
      ]),
  )

const known = new WeakMap<StructShape, MessagePlan>()

/** How the struct travels; fields without a number don't. */
export const planOf = (struct: StructShape): MessagePlan => {
  const found = known.get(struct)
  if (found !== undefined) return found
  const plan = new Map<number, PlannedField>()
  for (const [name, { number, schema, options }] of Object.entries(struct.fields))
    if (number !== undefined) place(plan, options.within ?? [], number, { tag: 'field', name, schema })
  const made = sorted(plan)
  known.set(struct, made)
  return made
}

const inJsonOnly = new Set(['apiVersion', 'kind'])
const verdicts = new WeakMap<StructShape, boolean>()

/**
 * Whether the wire form is known of every message in the type. A message none of whose fields has a number is one that could
 * only be read by losing everything in it: it is refused. (A single field without a number, as new ones may be, is skipped like
 * any number that the schema doesn't know.)
 */
export const travelsAsProtobuf = (schema: Schema<unknown>): boolean => {
  const shape = shapeOf(schema)
  if (shape.tag === 'scalar') return true
  if (shape.tag !== 'struct') return travelsAsProtobuf(shape.of)
  // What is described at run time has no numbers.
  if (shape.options.rest !== undefined) return false
  const verdict = verdicts.get(shape)
  if (verdict !== undefined) return verdict
  // Assumed while the struct itself is being looked at, for those that contain themselves.
  verdicts.set(shape, true)
  const fields = Object.entries(shape.fields).filter(([name]) => !inJsonOnly.has(name))
  const numbered = fields.filter(([, field]) => field.number !== undefined)
  const answer =
    (fields.length === 0 || numbered.length > 0) && numbered.every(([, field]) => travelsAsProtobuf(field.schema))
  verdicts.set(shape, answer)
  return answer
}
