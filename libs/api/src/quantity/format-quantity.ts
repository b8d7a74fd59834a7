import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { parseQuantity, remembering } from './parse-quantity.ts'
import { nano } from './quantity.ts'
import type { Quantity } from './quantity.ts'

const decimalSuffixes = ['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E']
const binarySuffixes = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei']

/** Divides by `base` as often as nothing is lost, at most `limit` times: what is left, and how often. */
const reduce = (amount: bigint, base: bigint, limit: number): readonly [bigint, number] => {
  let left = amount
  let times = 0
  while (times < limit && left !== 0n && left % base === 0n) {
    left /= base
    times++
  }
  return [left, times]
}

/**
 * The canonical text (`Quantity.String()`): no fraction, the greatest suffix that keeps it whole. Binary amounts below 1024 or
 * with a fraction are printed in decimal.
 */
export const formatQuantity = ({ nanos, format }: Quantity): string => {
  if (nanos === 0n) return '0'
  const small = nanos > -1024n * nano && nanos < 1024n * nano
  if (format === 'BinarySI' && !small && nanos % nano === 0n) {
    const [left, times] = reduce(nanos / nano, 1024n, binarySuffixes.length - 1)
    return `${left}${binarySuffixes[times]}`
  }
  if (format === 'DecimalExponent') {
    const [left, times] = reduce(nanos, 1000n, 1000)
    const exponent = times * 3 - 9
    return exponent === 0 ? String(left) : `${left}e${exponent}`
  }
  const [left, times] = reduce(nanos, 1000n, decimalSuffixes.length - 1)
  return `${left}${decimalSuffixes[times]}`
}

const read = remembering((key): Either<string, string> => {
  const parsed = parseQuantity(key)
  return E.isLeft(parsed) ? parsed : E.right(formatQuantity(parsed.right))
})

/** Quantity text (or a JSON number) in canonical form, as the API server stores it; the left side is Kubernetes' error text. */
export const canonicalQuantity = (text: string | number): Either<string, string> => read(String(text))
