import { goQuote } from '@periplus/api'
import type { Budget } from '../evaluate/budget.ts'
import { doubleText } from '../values/double-text.ts'
import { durationText, timestampText } from '../values/time.ts'
import { Duration, List, Timestamp, TypeValue, Uint, ValueMap, elementsOf, typeNameOf } from '../values/value.ts'
import type { Value } from '../values/value.ts'
import { fail } from './overload.ts'

const clause = /%(?:\.(\d+))?([%sdfeboxX])|%/g

/** `'%s has %d'.format([...])`: text with its clauses filled in, as cel-go fills them. */
export const formatText = (text: string, args: List, budget: Budget): string => {
  let next = 0
  budget.toil(1 + text.length / 4)
  return text.replace(clause, (whole, precision: string | undefined, verb: string | undefined) => {
    if (verb === '%') return '%'
    if (verb === undefined) return fail(`could not parse formatting clause: unrecognized formatting clause "${whole}"`)
    if (next >= args.size) return fail(`index ${next} out of range`)
    const filled = verbs[verb]?.(args.at(next++), Math.min(Number(precision ?? 6), 100), budget) ?? ''
    budget.toil(1 + filled.length / 8)
    return filled
  })
}

const wrong = (verb: string, takes: string, value: Value): never =>
  fail(`error during formatting: ${verb} clause can only be used on ${takes}, was given ${typeNameOf(value)}`)

const integerOf = (value: Value): bigint | undefined =>
  typeof value === 'bigint' ? value : value instanceof Uint ? value.value : undefined

/** Numbers as `%f` and `%e` take them, texts of what is no number included. */
const doubleOf = (value: Value): number | undefined => {
  if (typeof value === 'number') return value
  const integer = integerOf(value)
  if (integer !== undefined) return Number(integer)
  return value === 'NaN' ? NaN : value === 'Infinity' ? Infinity : value === '-Infinity' ? -Infinity : undefined
}

const special = (value: number): string => (Number.isNaN(value) ? 'NaN' : value > 0 ? 'Infinity' : '-Infinity')

const fixed = (value: Value, precision: number): string => {
  const double = doubleOf(value) ?? wrong('fixed-point', 'doubles', value)
  return Number.isFinite(double) ? double.toFixed(precision) : special(double)
}

const scientific = (value: Value, precision: number): string => {
  const double = doubleOf(value) ?? wrong('scientific', 'doubles', value)
  if (!Number.isFinite(double)) return special(double)
  return double
    .toExponential(precision)
    .replace(/e([-+])(\d)$/, (_, sign: string, digit: string) => `e${sign}0${digit}`)
}

const decimal = (value: Value): string =>
  typeof value === 'number' && !Number.isFinite(value)
    ? special(value)
    : String(integerOf(value) ?? wrong('decimal', 'integers', value))

const binary = (value: Value): string =>
  typeof value === 'boolean'
    ? value
      ? '1'
      : '0'
    : (integerOf(value)?.toString(2) ?? wrong('only integers and bools', 'integers and bools', value))

const octal = (value: Value): string => integerOf(value)?.toString(8) ?? wrong('octal', 'integers', value)

const hex = (value: Value): string => {
  if (typeof value === 'string') return Buffer.from(value, 'utf8').toString('hex')
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex')
  return integerOf(value)?.toString(16) ?? wrong('hex', 'integers, byte buffers, and strings', value)
}

const collection = (parts: readonly string[], [open, close]: readonly [string, string]): string =>
  `${open}${parts.join(', ')}${close}`

/** As it stands at the top; below, texts have quotes. */
const plain = (value: Value, budget: Budget): string => {
  budget.toil(1)
  if (value === null) return 'null'
  if (typeof value === 'string') return value
  if (typeof value === 'number') return Number.isFinite(value) ? doubleText(value) : special(value)
  if (value instanceof Uint8Array) return Buffer.from(value).toString('utf8')
  if (value instanceof Timestamp) return timestampText(value)
  if (value instanceof Duration) return durationText(value)
  if (value instanceof TypeValue) return value.name
  if (value instanceof List)
    return collection(
      [...elementsOf(value, budget)].map(element => nested(element, budget)),
      ['[', ']'],
    )
  if (value instanceof ValueMap) return collection(members(value, budget), ['{', '}'])
  if (typeof value === 'object' && !(value instanceof Uint))
    return wrong('string', 'strings, bools, bytes, ints, doubles, maps, lists, types, durations, and timestamps', value)
  return String(integerOf(value) ?? value)
}

const members = (map: ValueMap, budget: Budget): readonly string[] =>
  map
    .keys()
    .map(key => `${nested(key, budget)}:${nested(map.get(key) ?? null, budget)}`)
    .sort()

const nested = (value: Value, budget: Budget): string => {
  if (typeof value === 'string') return goQuote(value)
  if (value instanceof Uint8Array) return `b${goQuote(Buffer.from(value).toString('utf8'))}`
  if (value instanceof Timestamp) return `timestamp(${goQuote(timestampText(value))})`
  if (value instanceof Duration) return `duration(${goQuote(durationText(value))})`
  if (typeof value === 'number') return Number.isFinite(value) ? value.toFixed(6) : `"${special(value)}"`
  return plain(value, budget)
}

const verbs: Readonly<Record<string, (value: Value, precision: number, budget: Budget) => string>> = {
  s: (value, _, budget) => plain(value, budget),
  d: decimal,
  f: fixed,
  e: scientific,
  b: binary,
  o: octal,
  x: hex,
  X: value => hex(value).toUpperCase(),
}
