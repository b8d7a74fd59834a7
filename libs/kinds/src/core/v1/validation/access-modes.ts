import { fieldError } from '@periplus/api'
import type { FieldError, FieldPath } from '@periplus/api'
import { each, oneOf } from '../../../validation/values.ts'

const { forbidden, required } = fieldError

const modes = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod']

/** How a volume may be mounted: at least one way, and "by one pod only" alone. */
export const accessModeErrors = (path: FieldPath, given: readonly string[] | undefined): readonly FieldError[] => [
  ...((given ?? []).length === 0 ? [required(path, 'at least 1 access mode is required')] : []),
  ...each(path, given, mode => oneOf(path, mode, modes)),
  ...((given ?? []).length > 1 && given?.includes('ReadWriteOncePod')
    ? [forbidden(path, 'may not use ReadWriteOncePod with other access modes')]
    : []),
]
