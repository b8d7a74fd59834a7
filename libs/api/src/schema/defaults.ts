import { isHeldByValue } from './go-pointers.ts'
import type { Schema } from './schema.ts'
import { isRecord } from '../json/json-value.ts'
import { formatQuantity } from '../quantity/format-quantity.ts'
import { quantityOf } from '../quantity/parse-quantity.ts'
import { milliValue, quantityFromMilli } from '../quantity/quantity.ts'
import { derived, shapeOf, shortName } from './shape.ts'
import type { SolidShape, StructShape } from './shape.ts'

type Fill = (value: unknown) => unknown

const same: Fill = value => value

/** Whether a default stands anywhere below; references to what is already being looked at count as no. */
const hasDefaults = (shape: SolidShape, above: ReadonlySet<SolidShape> = new Set()): boolean => {
  if (shape.tag === 'scalar' || above.has(shape)) return false
  if (isResourceList(shape)) return true
  const inside = new Set(above).add(shape)
  const below = (schema: Schema<unknown>): boolean => hasDefaults(shapeOf(schema), inside)
  if (shape.tag !== 'struct') return below(shape.of)
  return Object.values(shape.fields).some(field => field.options.default !== undefined || below(field.schema))
}

/** Amounts of resources: what is less than a thousandth counts as one. */
const isResourceList = (shape: SolidShape): boolean => {
  const of = shape.tag === 'map' ? shapeOf(shape.of) : shape
  return shape.tag === 'map' && of.tag === 'scalar' && of.scalar === 'quantity'
}

/** Amounts that are kept as they are. */
const keepsAmounts = new Set(['Overhead.podFixed'])

const micros = /[nu]$/

const inMillis: Fill = value => {
  if (!isRecord(value) || !Object.values(value).some(amount => typeof amount === 'string' && micros.test(amount)))
    return value
  return Object.fromEntries(
    Object.entries(value).map(([name, amount]) => [name, typeof amount === 'string' ? roundedUp(amount) : amount]),
  )
}

const roundedUp = (text: string): string => {
  const quantity = quantityOf(text)
  return micros.test(text) ? formatQuantity(quantityFromMilli(milliValue(quantity), quantity.format)) : text
}

const emptyStruct = Object.freeze({})

const fillStruct = (struct: StructShape): Fill => {
  let defaults: (readonly [string, unknown])[] | undefined
  let nested: (readonly [name: string, fill: Fill, ifAbsent: unknown])[] = []
  const prepare = (): (readonly [string, unknown])[] => {
    const fields = Object.entries(struct.fields)
    nested = fields.flatMap(([name, field]) =>
      hasDefaults(shapeOf(field.schema)) && !keepsAmounts.has(`${shortName(struct)}.${name}`)
        ? [[name, fillOf(field.schema), isHeldByValue(struct, name, field.schema) ? emptyStruct : undefined] as const]
        : [],
    )
    return fields.flatMap(([name, { options }]) =>
      options.default === undefined ? [] : [[name, options.default] as const],
    )
  }
  return value => {
    if (!isRecord(value)) return value
    defaults ??= prepare()
    let filled: Record<string, unknown> | undefined
    for (const [name, standard] of defaults) if (value[name] === undefined) (filled ??= { ...value })[name] = standard
    for (const [name, fill, ifAbsent] of nested) {
      const before = (filled ?? value)[name] ?? ifAbsent
      if (before === undefined) continue
      const after = fill(before)
      if (after !== before) (filled ??= { ...value })[name] = after
    }
    return filled ?? value
  }
}

const fillOf: (schema: Schema<unknown>) => Fill = derived((shape): Fill => {
  if (shape.tag === 'scalar' || !hasDefaults(shape)) return same
  if (shape.tag === 'struct') return fillStruct(shape)
  if (isResourceList(shape)) return inMillis
  const { of } = shape
  if (shape.tag === 'list')
    return value => {
      if (!Array.isArray(value)) return value
      const fill = fillOf(of)
      const filled = value.map(fill)
      return filled.some((element, position) => element !== value[position]) ? filled : value
    }
  return value => {
    if (!isRecord(value)) return value
    const fill = fillOf(of)
    const entries = Object.entries(value).map(([key, element]) => [key, fill(element)] as const)
    return entries.some(([key, element]) => element !== value[key]) ? Object.fromEntries(entries) : value
  }
})

/**
 * The value with the schema's static defaults: a field that is absent while its struct is present, as a struct that Go holds by
 * value always is. Defaults that depend on other fields are the kind's own. The same value comes back where nothing was missing;
 * the input is not changed.
 */
export const applyDefaults = <A>(schema: Schema<A>, value: A): A => fillOf(schema as Schema<unknown>)(value) as A
