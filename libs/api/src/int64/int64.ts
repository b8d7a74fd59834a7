/** A 64-bit integer of the API: a `bigint` where no `number` holds it, a `number` everywhere else. */
export type Int64 = number | bigint

/** Each integer in its one form. */
export const int64Of = (value: bigint): Int64 => {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : value
}

/** The next one; after the greatest comes the least, as in Go. */
export const successor = (value: Int64): Int64 => int64Of(BigInt.asIntN(64, BigInt(value) + 1n))

/** Decimal text as `strconv.ParseInt` reads it; `undefined` for what is no integer, or one of more than 64 bits. */
export const parseInt64 = (text: string): bigint | undefined => {
  if (!/^[+-]?[0-9]{1,64}$/.test(text)) return undefined
  const value = BigInt(text.startsWith('+') ? text.slice(1) : text)
  return BigInt.asIntN(64, value) === value ? value : undefined
}
