import type { FieldError } from '@periplus/api'

/** What is wrong with a configuration. */
export type Errors = readonly FieldError[]

/** One fault, or none. */
export const when = (isWrong: boolean, error: () => FieldError): Errors => (isWrong ? [error()] : [])

/** The places of values that stand before; empty ones are none. */
export const duplicates = (values: readonly string[]): readonly number[] =>
  values.flatMap((value, i) => (value !== '' && values.indexOf(value) < i ? [i] : []))
