import { E } from '@periplus/prelude'
import type * as t from 'io-ts'
import { quantityFormatText } from '../quantity/parse-quantity.ts'
import { canonicalQuantity } from '../quantity/format-quantity.ts'
import type { Spelling } from '../json/scan-json.ts'
import type { FieldError } from '../refusal.ts'
import { required } from '../status/field-error.ts'
import { timeFormatText } from '../time/timestamp.ts'
import { codecOf } from './codec.ts'
import { pathText } from './conform.ts'
import { goTypeOf } from './go-type.ts'
import type { Scalar, Schema } from './schema.ts'
import { isRecord } from '../json/json-value.ts'
import { shapeOf, shortName } from './shape.ts'

type Path = readonly (string | number)[]

/** Why a value doesn't fit: text for a wrong type (Kubernetes stops at the first), or every missing required field. */
export type Misfit =
  | { readonly tag: 'WrongType'; readonly message: string }
  | { readonly tag: 'Missing'; readonly causes: readonly FieldError[] }

/** The keys on the way to an error; io-ts counts the members of an intersection as a step of their own. */
const pathOf = (context: t.Context): Path => {
  const path: (string | number)[] = []
  context.forEach((entry, at) => {
    if (at === 0) return
    const parent = (context[at - 1]?.type as { readonly _tag?: string } | undefined)?._tag
    if (parent === 'IntersectionType') return
    path.push(parent === 'ArrayType' ? Number(entry.key) : entry.key)
  })
  return path
}

const isNumber = (value: unknown): value is number | bigint => typeof value === 'number' || typeof value === 'bigint'

const kindOf = (value: unknown): string => {
  if (Array.isArray(value)) return 'array'
  if (isNumber(value)) return 'number'
  return typeof value === 'boolean' ? 'bool' : typeof value
}

const base64Fault = (text: string): string => {
  const at = /^[A-Za-z0-9+/]*={0,2}/.exec(text)?.[0].length ?? 0
  return `illegal base64 data at input byte ${at === text.length ? at - (at % 4) : at}`
}

/** What Go says where a scalar reads itself and the message names no field. */
const ownWords = (scalar: Scalar, value: unknown, spelled: string): string | undefined => {
  switch (scalar) {
    case 'quantity': {
      const parsed = typeof value === 'string' ? canonicalQuantity(value) : E.left(quantityFormatText)
      return E.isLeft(parsed) ? parsed.left : undefined
    }
    case 'time':
    case 'micro-time':
      return typeof value === 'string'
        ? timeFormatText(value)
        : `json: cannot unmarshal ${kindOf(value)} into Go value of type string`
    case 'int-or-string':
      return `json: cannot unmarshal ${isNumber(value) ? `number ${spelled}` : kindOf(value)} into Go value of type int32`
    case 'bytes':
      return typeof value === 'string' ? base64Fault(value) : undefined
    default:
      return undefined
  }
}

interface Place {
  readonly schema: Schema<unknown>
  /** The innermost struct on the way, and the fields down to it. */
  readonly struct: string | undefined
  readonly fields: readonly string[]
}

const placeAt = (root: Schema<unknown>, path: Path): Place => {
  let schema = root
  let struct: string | undefined
  const fields: string[] = []
  for (const key of path) {
    const shape = shapeOf(schema)
    if (shape.tag === 'struct') {
      const field = Object.hasOwn(shape.fields, key) ? shape.fields[key] : undefined
      if (field === undefined) break
      struct = shortName(shape)
      fields.push(String(key))
      schema = field.schema
    } else if (shape.tag !== 'scalar') schema = shape.of
  }
  return { schema, struct, fields }
}

/** Go's message for the value at the path: it names the innermost struct, the fields down to it, and the type it wanted. */
const wrongType = (root: Schema<unknown>, path: Path, value: unknown, spelled = String(value)): string => {
  const { schema, struct, fields } = placeAt(root, path)
  const shape = shapeOf(schema)
  const words = shape.tag === 'scalar' ? ownWords(shape.scalar, value, spelled) : undefined
  if (words !== undefined) return words
  const wanted = goTypeOf(schema)
  const found = isNumber(value) && /^int/.test(wanted) ? `number ${spelled}` : kindOf(value)
  return struct === undefined
    ? `json: cannot unmarshal ${found} into Go value of type ${wanted}`
    : `json: cannot unmarshal ${found} into Go struct field ${struct}.${fields.join('.')} of type ${wanted}`
}

/** Tells of keys of one object which come first. An object's keys are numbered once: it may have as many faults as keys. */
const keyOrder = (): ((object: unknown, left: string, right: string) => boolean) => {
  const numbered = new Map<unknown, ReadonlyMap<string, number>>()
  return (object, left, right) => {
    const numbers =
      numbered.get(object) ?? new Map(isRecord(object) ? Object.keys(object).map((key, at) => [key, at] as const) : [])
    numbered.set(object, numbers)
    return (numbers.get(left) ?? -1) < (numbers.get(right) ?? -1)
  }
}

/** Which of two places comes first in the value as it was written. */
const comesBefore = (root: unknown, a: Path, b: Path, isEarlier: ReturnType<typeof keyOrder>): boolean => {
  let at = root
  for (let step = 0; step < Math.min(a.length, b.length); step++) {
    const [left, right] = [a[step], b[step]]
    if (left !== right) {
      if (typeof left === 'number' && typeof right === 'number') return left < right
      return isEarlier(at, String(left), String(right))
    }
    at = (at as Record<string | number, unknown>)[left as string]
  }
  return a.length < b.length
}

/** Why the value doesn't fit the schema, in the words of Go's JSON reader; only for values that `predicateOf` turns down. */
export const explain = (schema: Schema<unknown>, value: unknown): Misfit => {
  const decoded = codecOf(schema).decode(value)
  if (E.isRight(decoded)) throw new Error('the predicate turned down what the codec accepts')
  const faults = decoded.left.map(fault => ({ path: pathOf(fault.context), value: fault.value }))
  const wrong = faults.filter(fault => fault.value !== undefined)
  const isEarlier = keyOrder()
  const first = wrong.reduce<(typeof wrong)[number] | undefined>(
    (best, fault) => (best === undefined || comesBefore(value, fault.path, best.path, isEarlier) ? fault : best),
    undefined,
  )
  if (first !== undefined) return { tag: 'WrongType', message: wrongType(schema, first.path, first.value) }
  return { tag: 'Missing', causes: faults.map(fault => required(pathText(fault.path))) }
}

const integers: ReadonlySet<string> = new Set(['int32', 'int64', 'int-or-string'])

/** What Go says of the first number that stands in an integer's place and isn't spelled as one, such as `1.0` or `1e3`. */
export const misspelt = (schema: Schema<unknown>, spellings: readonly Spelling[]): string | undefined => {
  const wrong = spellings.find(({ path }) => {
    const shape = shapeOf(placeAt(schema, path).schema)
    return shape.tag === 'scalar' && integers.has(shape.scalar)
  })
  return wrong && wrongType(schema, wrong.path, Number(wrong.text), wrong.text)
}
