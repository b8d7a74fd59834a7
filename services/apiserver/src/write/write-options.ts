import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { fieldError } from '@periplus/api'
import type { FieldError, Refusal } from '@periplus/api'

export type FieldValidation = 'Ignore' | 'Warn' | 'Strict'

/** What `CreateOptions`, `UpdateOptions` and `PatchOptions` have in common. */
export interface WriteOptions {
  readonly dryRun: boolean
  readonly fieldValidation: FieldValidation
}

const refused = (kind: string, causes: readonly FieldError[]): Either<Refusal, never> =>
  E.left({ tag: 'Invalid', target: { group: 'meta.k8s.io', resource: '', name: '', kind }, causes })

/** `dryRun` knows one value. An empty list is no dry run. */
export const dryRunErrors = (values: readonly string[]): readonly FieldError[] =>
  values.some(value => value !== 'All') ? [fieldError.notSupported('dryRun', values, ['All'])] : []

const isFieldValidation = (value: string): value is FieldValidation =>
  value === 'Ignore' || value === 'Warn' || value === 'Strict'

/** @param kind `CreateOptions`, `UpdateOptions` or `PatchOptions`: what a refusal names */
export const parseWriteOptions = (query: URLSearchParams, kind: string): Either<Refusal, WriteOptions> => {
  const dryRun = query.getAll('dryRun').filter(value => value !== '')
  const fieldValidation = query.get('fieldValidation') || 'Warn'
  const errors = [
    ...dryRunErrors(dryRun),
    ...(isFieldValidation(fieldValidation)
      ? []
      : [fieldError.notSupported('fieldValidation', fieldValidation, ['Ignore', 'Strict', 'Warn'])]),
  ]
  const manager = query.get('fieldManager') ?? ''
  if (manager.length > 128) errors.push(fieldError.tooLong('fieldManager', 128))
  if (errors.length > 0 || !isFieldValidation(fieldValidation)) return refused(kind, errors)
  return E.right({ dryRun: dryRun.length > 0, fieldValidation })
}
