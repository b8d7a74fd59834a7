import type { Budget } from '../evaluate/budget.ts'
import { Duration, Timestamp, Uint } from './value.ts'
import type { Value } from './value.ts'

type Number = bigint | number | Uint

export const isNumeric = (value: Value): value is Number =>
  typeof value === 'bigint' || typeof value === 'number' || value instanceof Uint

const ofInteger = (value: Number): bigint | number => (value instanceof Uint ? value.value : value)

/** Numbers of all types on one line; an integer is compared with a double as the double nearest to it. NaN is on none. */
export const compareNumbers = (a: Number, b: Number): number | undefined => {
  const mixed = (typeof a === 'number') !== (typeof b === 'number')
  const x = mixed ? Number(ofInteger(a)) : ofInteger(a)
  const y = mixed ? Number(ofInteger(b)) : ofInteger(b)
  return x < y ? -1 : x > y ? 1 : x == y ? 0 : undefined
}

const compareBytes = (a: Uint8Array, b: Uint8Array): number => Math.sign(Buffer.compare(a, b))

/** Texts by code points, which UTF-16 units beyond the basic plane are not in the order of. */
const compareTexts = (a: string, b: string): number => {
  if (a === b) return 0
  const most = Math.min(a.length, b.length)
  for (let i = 0; i < most; i++) {
    const [x, y] = [a.charCodeAt(i), b.charCodeAt(i)]
    if (x === y) continue
    const [high, low] = [x >= 0xd800 && x < 0xe000, y >= 0xd800 && y < 0xe000]
    return high === low ? Math.sign(x - y) : high ? 1 : -1
  }
  return Math.sign(a.length - b.length)
}

/** Negative, zero or positive; `undefined` where the two have no order. */
export const compareValues = (a: Value, b: Value, budget: Budget): number | undefined => {
  if (isNumeric(a)) return isNumeric(b) ? compareNumbers(a, b) : undefined
  if (typeof a === 'string') {
    if (typeof b !== 'string') return undefined
    budget.toil(1 + Math.min(a.length, b.length) / 8)
    return compareTexts(a, b)
  }
  if (typeof a === 'boolean') return typeof b === 'boolean' ? Number(a) - Number(b) : undefined
  if (a instanceof Uint8Array) {
    budget.toil(1 + a.length / 64)
    return b instanceof Uint8Array ? compareBytes(a, b) : undefined
  }
  if ((a instanceof Timestamp && b instanceof Timestamp) || (a instanceof Duration && b instanceof Duration))
    return a.nanos < b.nanos ? -1 : a.nanos > b.nanos ? 1 : 0
  return undefined
}
