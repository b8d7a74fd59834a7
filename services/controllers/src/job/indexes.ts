/** A set of indexes as ranges, both ends included, in rising order and with gaps between them: `[[0, 2], [5, 5]]` is `0-2,5`. */
export type Indexes = readonly (readonly [first: number, last: number])[]

const whole = /^[0-9]{1,10}$/

const numberOf = (text: string | undefined): number | undefined =>
  text !== undefined && whole.test(text) ? Number(text) : undefined

/** The union of two sets. */
export const union = (a: Indexes, b: Indexes): Indexes => {
  if (b.length === 0) return a
  const merged: [number, number][] = []
  let [i, j] = [0, 0]
  while (i < a.length || j < b.length) {
    const [left, right] = [a[i], b[j]]
    const takeLeft = left !== undefined && (right === undefined || left[0] < right[0])
    const next = (takeLeft ? left : right) as readonly [number, number]
    if (takeLeft) i++
    else j++
    const last = merged.at(-1)
    if (last === undefined || next[0] > last[1] + 1) merged.push([next[0], next[1]])
    else if (next[1] > last[1]) last[1] = next[1]
  }
  return merged
}

/** The set of these indexes, in whatever order they come. */
export const indexesOf = (indexes: Iterable<number>): Indexes =>
  union(
    [],
    [...new Set(indexes)].sort((a, b) => a - b).map(index => [index, index] as const),
  )

/** What a status or a rule names, as far as it lies below `completions`; what cannot be read is left out. */
export const parseIndexes = (text: string | undefined, completions: number): Indexes => {
  const ranges: (readonly [number, number])[] = []
  for (const part of text ? text.split(',') : []) {
    const [from, to] = part.split('-')
    const first = numberOf(from)
    const last = to === undefined ? first : numberOf(to)
    if (first !== undefined && last !== undefined && first <= last && first < completions)
      ranges.push([first, Math.min(last, completions - 1)])
  }
  return union(
    [],
    ranges.sort((a, b) => a[0] - b[0]),
  )
}

/** As a status has them: `0-2,5`; two neighbours are written `3,4`. */
export const formatIndexes = (indexes: Indexes): string =>
  indexes
    .map(([first, last]) => (first === last ? `${first}` : `${first}${last === first + 1 ? ',' : '-'}${last}`))
    .join(',')

/** How many indexes there are. */
export const totalOf = (indexes: Indexes): number =>
  indexes.reduce((total, [first, last]) => total + last - first + 1, 0)

/** Whether an index is among them. */
export const includes = (indexes: Indexes, index: number): boolean => {
  let [low, high] = [0, indexes.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((indexes[middle]?.[1] ?? 0) >= index) high = middle
    else low = middle + 1
  }
  return (indexes[low]?.[0] ?? Infinity) <= index
}

/** How many indexes two sets share. */
export const sharedBy = (a: Indexes, b: Indexes): number => {
  let [shared, i, j] = [0, 0, 0]
  for (let [left, right] = [a[0], b[0]]; left && right; left = a[i], right = b[j]) {
    shared += Math.max(0, Math.min(left[1], right[1]) - Math.max(left[0], right[0]) + 1)
    if (left[1] <= right[1]) i++
    if (right[1] <= left[1]) j++
  }
  return shared
}

/** The first `count` indexes below `completions` that are not among these. */
export const firstAbsent = (indexes: Indexes, count: number, completions: number): readonly number[] => {
  const absent: number[] = []
  let candidate = 0
  for (const [first, last] of [...indexes, [completions, completions] as const]) {
    for (; candidate < Math.min(first, completions) && absent.length < count; candidate++) absent.push(candidate)
    candidate = Math.max(candidate, last + 1)
  }
  return absent
}
