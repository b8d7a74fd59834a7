/** Of a cost or a size, the least and the most. */
export interface Range {
  readonly min: number
  readonly max: number
}

/** As much as counts: more is not told apart. */
const ceiling = 2 ** 64

const bounded = (value: number): number => Math.min(value, ceiling)

export const exactly = (value: number): Range => ({ min: value, max: value })
export const unknown: Range = { min: 0, max: ceiling }
export const nothing: Range = exactly(0)

export const plus = (...ranges: readonly Range[]): Range => ({
  min: bounded(ranges.reduce((sum, { min }) => sum + min, 0)),
  max: bounded(ranges.reduce((sum, { max }) => sum + max, 0)),
})

export const times = (a: Range, b: Range): Range => ({ min: bounded(a.min * b.min), max: bounded(a.max * b.max) })

/** So much of each unit, rounded up. */
export const scaled = ({ min, max }: Range, factor: number): Range => ({
  min: bounded(Math.ceil(min * factor)),
  max: bounded(Math.ceil(max * factor)),
})

/** From the least of both to the most of both. */
export const either = (a: Range, b: Range): Range => ({ min: Math.min(a.min, b.min), max: Math.max(a.max, b.max) })
