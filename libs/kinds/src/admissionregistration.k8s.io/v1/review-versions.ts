import { fieldError, isDns1035Label } from '@periplus/api'
import type { FieldError, FieldPath } from '@periplus/api'
import { each } from '../../validation/values.ts'

const { invalid, required } = fieldError

/** Of AdmissionReview and ConversionReview alike. */
const known = ['v1', 'v1beta1']

/** What is wrong with the versions of reviews that a webhook says it understands. */
export const reviewVersionErrors = (path: FieldPath, versions: readonly string[]): readonly FieldError[] => {
  if (versions.length === 0) return [required(path, `must specify one of ${known.join(', ')}`)]
  return [
    ...each(path, versions, (version, at, i) =>
      versions.indexOf(version) < i
        ? [invalid(at, version, 'duplicate version')]
        : isDns1035Label(version).map(complaint => invalid(at, version, complaint)),
    ),
    ...(versions.some(version => known.includes(version))
      ? []
      : [invalid(path, versions, `must include at least one of ${known.join(', ')}`)]),
  ]
}
