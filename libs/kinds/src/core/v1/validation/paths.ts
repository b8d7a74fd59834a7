import { fieldError } from '@periplus/api'
import type { FieldError, FieldPath } from '@periplus/api'

const { invalid } = fieldError

/** A path that never leads upwards. */
export const noBackstepsErrors = (path: FieldPath, text: string | undefined): readonly FieldError[] =>
  text?.split('/').includes('..') ? [invalid(path, text, "must not contain '..'")] : []

/** A path below something that isn't the client's: relative, and never upwards. */
export const descendingPathErrors = (path: FieldPath, text: string | undefined): readonly FieldError[] => [
  ...(text?.startsWith('/') ? [invalid(path, text, 'must be a relative path')] : []),
  ...noBackstepsErrors(path, text),
]

/**
 * A file that a volume's writer makes: relative, never upwards, and no name that begins with two dots, which are the
 * writer's own.
 */
export const volumeFilePathErrors = (path: FieldPath, text: string | undefined): readonly FieldError[] => [
  ...descendingPathErrors(path, text),
  ...(text?.startsWith('..') && !text.startsWith('../') ? [invalid(path, text, "must not start with '..'")] : []),
]
