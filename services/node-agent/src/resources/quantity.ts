import { milliValue as inMilli, quantityOf, wholeValue as inUnits } from '@periplus/api'

/** Whole thousandths, rounded up: millicores. The write path has validated the text; none is 0. */
export const milliValue = (text: string | undefined): number => Number(inMilli(quantityOf(text)))
/** Whole units, rounded up: bytes. */
export const wholeValue = (text: string | undefined): number => Number(inUnits(quantityOf(text)))

/** How often `divisor` goes into the quantity, rounded up. */
export const dividedBy = (text: string, divisor: string | undefined): number => {
  const { nanos } = quantityOf(text)
  const { nanos: unit } = quantityOf(divisor ?? '1')
  if (unit === 0n) return wholeValue(text)
  return Number(nanos / unit + (nanos % unit === 0n ? 0n : 1n))
}
