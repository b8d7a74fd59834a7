import { E } from '@periplus/prelude'
import { isRecord } from './json-value.ts'
import { scanJson } from './scan-json.ts'

/**
 * JSON in which integers keep their digits, as Go's int64 does. An integer beyond 2^53 is a `bigint`, every other number a
 * `number`, so that equal integers are equal values. Text without long digits, which is nearly all, takes the native way.
 */

/** Digits of the shortest integer that a `number` may not hold. */
const longDigits = 16

const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39

/** Whether as many digits stand in a row anywhere. A run of n covers every n-th place once, so only those are looked at. */
const hasLongDigits = (text: string): boolean => {
  for (let at = longDigits - 1; at < text.length; at += longDigits) {
    if (!isDigit(text.charCodeAt(at))) continue
    let first = at
    while (isDigit(text.charCodeAt(first - 1))) first--
    let next = at + 1
    while (isDigit(text.charCodeAt(next))) next++
    if (next - first >= longDigits) return true
    at = next - (next % longDigits) - 1
  }
  return false
}

/** Any JSON text as a value; throws what `JSON.parse` throws for text that isn't JSON. For text of our own: bodies, records. */
export const fromJson = (text: string): unknown => {
  if (!hasLongDigits(text)) return JSON.parse(text)
  const scanned = scanJson(text)
  if (E.isLeft(scanned)) throw new SyntaxError(scanned.left)
  return scanned.right.value
}

/** Writes what the native way can't, in the same form. */
const write = (value: unknown, indent: string, level: string): string | undefined => {
  if (typeof value === 'bigint') return String(value)
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) as string | undefined
  const inner = level + indent
  const [before, after, colon] = indent === '' ? ['', '', ':'] : [`\n${inner}`, `\n${level}`, ': ']
  if (Array.isArray(value)) {
    const elements = value.map(element => before + (write(element, indent, inner) ?? 'null'))
    return elements.length === 0 ? '[]' : `[${elements.join(',')}${after}]`
  }
  if (!isRecord(value) || typeof value.toJSON === 'function') return JSON.stringify(value) as string | undefined
  const members = Object.keys(value).flatMap(key => {
    const text = write(value[key], indent, inner)
    return text === undefined ? [] : [`${before}${JSON.stringify(key)}${colon}${text}`]
  })
  return members.length === 0 ? '{}' : `{${members.join(',')}${after}}`
}

/** A value as JSON text, `JSON.stringify` for values with `bigint` in them. `indent`: spaces a level, for people. */
export const toJson = (value: unknown, indent = 0): string => {
  try {
    return JSON.stringify(value, undefined, indent)
  } catch (fault) {
    // Its only other fault is a circle, at which the writing below fails too.
    if (fault instanceof TypeError) return write(value, ' '.repeat(indent), '') ?? 'null'
    throw fault
  }
}
