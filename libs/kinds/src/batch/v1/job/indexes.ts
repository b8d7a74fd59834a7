import { goQuote } from '@periplus/api'

const whole = /^[+-]?[0-9]{1,18}$/

const numberOf = (text: string): number | undefined => (whole.test(text) ? Number(text) : undefined)

type Interval = readonly [first: number, last: number]

const none: Interval = [0, -1]

/** One index or a range of them, such as `3-5`; a text says what is wrong. */
const intervalOf = (text: string, completions: number): Interval | string => {
  const parts = text.split('-')
  const [from = '', to] = parts
  if (parts.length > 2)
    return `the fragment ${goQuote(text)} violates the requirement that an index interval can have at most two parts separated by '-'`
  const first = numberOf(from)
  if (first === undefined) return `cannot convert string to integer for index: ${goQuote(from)}`
  if (first >= completions) return `too large index: ${goQuote(from)}`
  if (to === undefined) return [first, first]
  const last = numberOf(to)
  if (last === undefined) return `cannot convert string to integer for index: ${goQuote(to)}`
  if (last >= completions) return `too large index: ${goQuote(to)}`
  return first >= last ? `non-increasing order, previous: ${first}, current: ${last}` : [first, last]
}

/** Of two lists of indexes the first that is in both; what cannot be read of them is left out. */
export const sharedIndex = (one: string, other: string, completions: number): number | undefined => {
  const intervals = (text: string): readonly Interval[] =>
    text.split(',').flatMap(part => {
      const interval = intervalOf(part, completions)
      return typeof interval === 'string' ? [] : [interval]
    })
  const [left, right] = [intervals(one), intervals(other)]
  for (let [i, j] = [0, 0]; i < left.length && j < right.length;) {
    const [[from, to], [start, end]] = [left[i] ?? none, right[j] ?? none]
    if (from <= end && start <= to) return Math.max(from, start)
    if (from <= start) i++
    else j++
  }
  return undefined
}

/** How many indexes a list such as `0,2-4` names, in rising order and below `completions`; a text says what is wrong. */
export const indexTotal = (text: string, completions: number): number | string => {
  let [total, before] = [0, -1]
  for (const part of text === '' ? [] : text.split(',')) {
    const interval = intervalOf(part, completions)
    if (typeof interval === 'string') return interval
    const [first, last] = interval
    if (before >= first) return `non-increasing order, previous: ${before}, current: ${first}`
    total += last - first + 1
    before = last
  }
  return total
}
