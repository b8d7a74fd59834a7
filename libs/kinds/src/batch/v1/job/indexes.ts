const whole = /^[+-]?[0-9]{1,18}$/

const numberOf = (text: string): number | undefined => (whole.test(text) ? Number(text) : undefined)

/** One index or a range of them, such as `3-5`; a text says what is wrong. */
const intervalOf = (text: string, completions: number): readonly [first: number, last: number] | string => {
  const parts = text.split('-')
  const [from = '', to] = parts
  if (parts.length > 2)
    return `the fragment "${text}" violates the requirement that an index interval can have at most two parts separated by '-'`
  const first = numberOf(from)
  if (first === undefined) return `cannot convert string to integer for index: "${from}"`
  if (first >= completions) return 'too large index: "' + from + '"'
  if (to === undefined) return [first, first]
  const last = numberOf(to)
  if (last === undefined) return `cannot convert string to integer for index: "${to}"`
  if (last >= completions) return 'too large index: "' + to + '"'
  return first >= last ? `non-increasing order, previous: ${first}, current: ${last}` : [first, last]
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
