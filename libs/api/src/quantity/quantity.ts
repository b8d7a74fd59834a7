/**
 * An amount as Kubernetes counts it (`resource.Quantity`): exact, in steps of a billionth. `format` is how it was written and
 * how it is printed.
 */
export interface Quantity {
  readonly nanos: bigint
  readonly format: QuantityFormat
}

/** `1k` (powers of 1000), `1Ki` (powers of 1024) or `1e3`. */
export type QuantityFormat = 'DecimalSI' | 'BinarySI' | 'DecimalExponent'

/** Billionths in one. */
export const nano = 1_000_000_000n

/** Nothing, in decimal. */
export const zeroQuantity: Quantity = { nanos: 0n, format: 'DecimalSI' }

/** Negative, zero or positive, as for `Array.sort`. */
export const compareQuantities = (a: Quantity, b: Quantity): number =>
  a.nanos < b.nanos ? -1 : a.nanos > b.nanos ? 1 : 0

/** The sum; a zero takes the format of what is added to it. */
export const addQuantities = (a: Quantity, b: Quantity): Quantity => ({
  nanos: a.nanos + b.nanos,
  format: a.nanos === 0n ? b.format : a.format,
})

/** The difference; may be negative. */
export const subtractQuantities = (a: Quantity, b: Quantity): Quantity => ({
  nanos: a.nanos - b.nanos,
  format: a.nanos === 0n ? b.format : a.format,
})

/** Division that rounds away from zero, as Kubernetes scales: never less than was asked for. */
const divideUp = (amount: bigint, by: bigint): bigint => {
  const quotient = amount / by
  if (quotient * by === amount) return quotient
  return amount > 0n ? quotient + 1n : quotient - 1n
}

/** In whole units (bytes, cores), rounded away from zero. */
export const wholeValue = (quantity: Quantity): bigint => divideUp(quantity.nanos, nano)

/** In thousandths (millicores), rounded away from zero. */
export const milliValue = (quantity: Quantity): bigint => divideUp(quantity.nanos, 1_000_000n)

/** As a plain number, for ratios and for people; inexact beyond 2^53. */
export const approximateValue = (quantity: Quantity): number => Number(quantity.nanos) / 1e9

/** An amount of whole units in the given format. */
export const quantityFromValue = (value: bigint | number, format: QuantityFormat = 'DecimalSI'): Quantity => ({
  nanos: BigInt(value) * nano,
  format,
})

/** An amount of thousandths, such as millicores. */
export const quantityFromMilli = (milli: bigint | number, format: QuantityFormat = 'DecimalSI'): Quantity => ({
  nanos: BigInt(milli) * 1_000_000n,
  format,
})
