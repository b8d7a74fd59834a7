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

const longestManager = 128
const unprintable = /[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/u

const managerErrors = (manager: string): readonly FieldError[] => {
  const errors: FieldError[] = []
  if (Buffer.byteLength(manager) > longestManager) errors.push(fieldError.tooLong('fieldManager', longestManager))
  for (const [i, character] of [...manager].entries())
    if (unprintable.test(character)) {
      const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')
      errors.push(fieldError.invalid('fieldManager', manager, `invalid character U+${code} (at position ${i})`))
    }
  return errors
}

/** Who owns the fields that a request sets: whom it names, or the beginning of its user agent. */
export const fieldManagerOf = (query: URLSearchParams, userAgent: string | undefined): string => {
  const named = query.get('fieldManager')
  if (named) return named
  const [product = ''] = (userAgent ?? '').split('/')
  let manager = ''
  for (const character of product) {
    if (unprintable.test(character)) continue
    if (Buffer.byteLength(manager + character) > longestManager) break
    manager += character
  }
  return manager || 'unknown'
}

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
  errors.push(...managerErrors(manager))
  if (errors.length > 0 || !isFieldValidation(fieldValidation)) return refused(kind, errors)
  return E.right({ dryRun: dryRun.length > 0, fieldValidation })
}
