import { E, own } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { nano, zeroQuantity } from './quantity.ts'
import type { Quantity, QuantityFormat } from './quantity.ts'

/** `quantities must match the regular expression ...`: what Kubernetes says to anything that isn't one. */
export const quantityFormatText =
  "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
const suffixText = "unable to parse quantity's suffix"
const numericText = 'unable to parse numeric part of quantity'

interface Suffix {
  readonly format: QuantityFormat
  /** Billionths in one unit of the suffix. */
  readonly nanos: bigint
}

const decimal = (nanos: bigint): Suffix => ({ format: 'DecimalSI', nanos })
const binary = (exponent: bigint): Suffix => ({ format: 'BinarySI', nanos: nano << exponent })

const suffixes: Readonly<Record<string, Suffix>> = {
  n: decimal(1n),
  u: decimal(10n ** 3n),
  m: decimal(10n ** 6n),
  '': decimal(nano),
  k: decimal(10n ** 12n),
  M: decimal(10n ** 15n),
  G: decimal(10n ** 18n),
  T: decimal(10n ** 21n),
  P: decimal(10n ** 24n),
  E: decimal(10n ** 27n),
  Ki: binary(10n),
  Mi: binary(20n),
  Gi: binary(30n),
  Ti: binary(40n),
  Pi: binary(50n),
  Ei: binary(60n),
}

/** The most that a quantity holds (2^63 - 1); more is cut down to it. */
const most = (2n ** 63n - 1n) * nano
const pattern = /^([+-]?)([0-9]*)(?:\.([0-9]*))?((?:[eE][-+]?[0-9]+)|[a-zA-Z]*)$/

const roundUp = (amount: bigint, by: bigint): bigint => (amount + by - 1n) / by

/** `digits` x 10^-`places` x the suffix, in billionths, rounded up. */
const scaled = (digits: bigint, places: number, suffix: Suffix): bigint =>
  roundUp(digits * suffix.nanos, 10n ** BigInt(places))

const exponential = (digits: bigint, places: number, exponent: number): bigint => {
  const shift = exponent - places + 9
  if (shift >= 0) return shift > 60 ? (digits === 0n ? 0n : most) : digits * 10n ** BigInt(shift)
  return -shift > 4096 ? (digits === 0n ? 0n : 1n) : roundUp(digits, 10n ** BigInt(-shift))
}

/**
 * Quantity text, such as `100m`, `1.5Gi` or `1e3`, as `resource.ParseQuantity` reads it: what is finer than a billionth is
 * rounded up, what passes 2^63-1 in powers of 1024 is cut down. The left side is Kubernetes' error text.
 */
export const parseQuantity = (text: string | number): Either<string, Quantity> => {
  const trimmed = String(text).trim()
  if (trimmed.length > 256) return E.left(quantityFormatText)
  const match = pattern.exec(trimmed)
  if (!match) return E.left(quantityFormatText)
  const [, sign = '', whole = '', fraction = '', unit = ''] = match
  if (trimmed === '') return E.left(quantityFormatText)
  // A sign or a suffix alone is nothing of it, unless the unit is beyond what Go reckons without a digit.
  const digits = BigInt(whole + fraction || '0')
  const exponent = /^[eE][-+]?[0-9]+$/.test(unit)
  const suffix = own(suffixes, unit)
  if (!exponent && suffix === undefined) return E.left(/^[eEinumkKMGTP]*$/.test(unit) ? suffixText : quantityFormatText)
  if (whole + fraction === '' && (exponent ? Number(unit.slice(1)) < -9 : /^[PE]i$/.test(unit)))
    return E.left(numericText)
  const amount = suffix
    ? scaled(digits, fraction.length, suffix)
    : exponential(digits, fraction.length, Number(unit.slice(1)))
  const isBinary = suffix?.format === 'BinarySI'
  const capped = isBinary && amount > most ? most : amount
  const format = isBinary && capped > 0n && capped < nano ? 'DecimalSI' : (suffix?.format ?? 'DecimalExponent')
  return E.right({ nanos: sign === '-' ? -capped : capped, format })
}

const [mostRemembered, longestRemembered] = [4_096, 64]

/** The same function, which does its work once for frequent texts. Long ones, which may be all spaces, are not remembered. */
export const remembering = <A>(read: (text: string) => A): ((text: string) => A) => {
  const known = new Map<string, A>()
  return text => {
    const found = known.get(text)
    if (found !== undefined) return found
    const made = read(text)
    if (text.length > longestRemembered) return made
    if (known.size >= mostRemembered) known.clear()
    known.set(text, made)
    return made
  }
}

const stored = remembering(text => {
  const parsed = parseQuantity(text)
  return E.isRight(parsed) ? parsed.right : zeroQuantity
})

/**
 * For quantities that validation has passed, as those of stored objects: absent or unreadable is zero. Frequent texts are
 * parsed once.
 */
export const quantityOf = (text: string | number | undefined): Quantity =>
  text === undefined ? zeroQuantity : stored(String(text))
