import { E } from '@periplus/prelude'
import { canonicalQuantity } from '../quantity/format-quantity.ts'
import { formatMicroTime, formatTime, isTime, parseTime } from '../time/timestamp.ts'
import type { Scalar } from './schema.ts'
import { isRecord } from '../json/json-value.ts'

const isInteger = (least: number, most: number) => (value: unknown) =>
  typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most

/** A `bigint` is an integer that no `number` holds: each integer has one form. */
const isInt64 = (value: unknown): boolean =>
  typeof value === 'bigint'
    ? BigInt.asIntN(64, value) === value && !Number.isSafeInteger(Number(value))
    : Number.isSafeInteger(value)

/** Base64 with padding; a loop, because a pattern over a megabyte is slower and may overflow. */
export const isBase64 = (value: unknown): boolean => {
  if (typeof value !== 'string' || value.length % 4 !== 0) return false
  const padding = value.endsWith('==') ? 2 : value.endsWith('=') ? 1 : 0
  for (let at = 0; at < value.length - padding; at++) {
    const code = value.charCodeAt(at)
    const letter = (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a)
    if (!letter && !(code >= 0x2f && code <= 0x39) && code !== 0x2b) return false
  }
  return true
}

/** Whether a JSON value is a legal scalar, in canonical form or not. */
export const isScalar: Readonly<Record<Scalar, (value: unknown) => boolean>> = {
  string: value => typeof value === 'string',
  boolean: value => typeof value === 'boolean',
  int32: isInteger(-(2 ** 31), 2 ** 31 - 1),
  int64: isInt64,
  double: value => typeof value === 'number',
  bytes: isBase64,
  quantity: value => typeof value === 'string' && E.isRight(canonicalQuantity(value)),
  time: value => typeof value === 'string' && isTime(value),
  'micro-time': value => typeof value === 'string' && isTime(value),
  'int-or-string': value => typeof value === 'string' || isInteger(-(2 ** 31), 2 ** 31 - 1)(value),
  'raw-object': isRecord,
  'raw-any': value => value !== undefined,
}

const same = (value: unknown): unknown => value

/** Whole numbers that lost their digits before they came here, as floats of YAML do, are the integers that they stand for. */
const wholeNumber = (value: unknown): unknown =>
  typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value) ? BigInt(value) : value

/** What looks canonical already is left to the check that follows. */
const retold =
  (canonical: RegExp, tell: (milliseconds: number) => string) =>
  (value: unknown): unknown => {
    if (typeof value === 'string' && canonical.test(value)) return value
    const milliseconds = typeof value === 'string' ? parseTime(value) : undefined
    return milliseconds === undefined ? value : tell(milliseconds)
  }

/** The one form in which a legal scalar is kept (quantities, times in UTC); what isn't legal is left as it is. */
export const canonicalScalar: Readonly<Record<Scalar, (value: unknown) => unknown>> = {
  string: same,
  boolean: same,
  int32: same,
  int64: wholeNumber,
  double: same,
  bytes: value => (typeof value === 'string' && /[\r\n]/.test(value) ? value.replace(/[\r\n]/g, '') : value),
  quantity: value => {
    if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'bigint') return value
    const canonical = canonicalQuantity(String(value))
    return E.isRight(canonical) ? canonical.right : value
  },
  time: retold(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/, milliseconds => formatTime(Math.floor(milliseconds))),
  'micro-time': retold(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/, formatMicroTime),
  'int-or-string': same,
  'raw-object': same,
  'raw-any': same,
}

/** What Go's zero value of the scalar is in JSON; `undefined` where it is absence. */
export const zeroScalar: Readonly<Record<Scalar, unknown>> = {
  string: '',
  boolean: false,
  int32: 0,
  int64: 0,
  double: 0,
  bytes: '',
  quantity: '0',
  time: undefined,
  'micro-time': undefined,
  'int-or-string': 0,
  'raw-object': undefined,
  'raw-any': undefined,
}
