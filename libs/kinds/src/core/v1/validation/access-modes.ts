import { fieldError } from '@periplus/api'
import type { FieldError, FieldPath } from '@periplus/api'
import { oneOf } from '../../../validation/values.ts'

const { forbidden, required } = fieldError

const modes = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod']

/** How a volume may be mounted: at least one way, and "by one pod only" alone; `none` is said where there is none. */
export const accessModeErrors = (
  path: FieldPath,
  given: readonly string[] | undefined = [],
  none = '',
): readonly FieldError[] => [
  ...(given.length === 0 ? [required(path, none)] : []),
  ...given.flatMap(mode => oneOf(path, mode, modes)),
  ...(given.includes('ReadWriteOncePod') && given.some(mode => mode !== 'ReadWriteOncePod' && modes.includes(mode))
    ? [forbidden(path, 'may not use ReadWriteOncePod with other access modes')]
    : []),
]
