import { fieldError, isPercent } from '@periplus/api'
import type { FieldError, FieldPath } from '@periplus/api'
import { nonNegative, obeys } from './values.ts'

/** A number from 0 or a percentage. */
export const positiveIntOrPercent = (path: FieldPath, value: number | string | undefined): readonly FieldError[] => {
  if (typeof value === 'string') return value === '' ? [emptyPercent(path)] : obeys(path, value, isPercent)
  return nonNegative(path, value)
}

/** `must not be greater than 100%`, for percentages. */
export const atMost100Percent = (path: FieldPath, value: number | string | undefined): readonly FieldError[] =>
  typeof value === 'string' && value.endsWith('%') && percentOf(value) > 100
    ? [fieldError.invalid(path, value, 'must not be greater than 100%')]
    : []

/** The number, or that of a percentage; what is neither counts as 0. */
export const percentOf = (value: number | string | undefined): number => {
  if (typeof value === 'number') return value
  const percent = /^([0-9]+)%$/.exec(value ?? '')?.[1]
  if (percent !== undefined) return Number(percent)
  return /^[+-]?[0-9]{1,15}$/.test(value ?? '') ? Number(value) : 0
}

const emptyPercent = (path: FieldPath): FieldError => fieldError.invalid(path, '', isPercent('')[0] ?? '')
