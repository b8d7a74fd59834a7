import type { Difference } from './compare.ts'

/** A difference that stands, and why. */
export interface Known {
  /** Absent: of every resource. */
  readonly resource?: string
  readonly sort?: Difference['sort']
  readonly field: RegExp
  readonly reason: string
}

export const known: readonly Known[] = []

export const isKnown = (resource: string, difference: Difference): boolean =>
  known.some(
    one =>
      (one.resource === undefined || one.resource === resource) &&
      (one.sort === undefined || one.sort === difference.sort) &&
      one.field.test(`${difference.field} ${difference.detail}`),
  )
