import type { FieldError } from '../refusal.ts'
import { invalid, tooLong } from '../status/field-error.ts'
import type { FieldPath } from '../status/field-error.ts'
import { isLabelValue, isQualifiedName } from './qualified-name.ts'

type TextMap = Readonly<Record<string, string>>

const annotationsLimitBytes = 256 * 1024

/** What is wrong with a map of labels at `path` (`metadata.labels`). */
export const labelErrors = (labels: TextMap | undefined, path: FieldPath): readonly FieldError[] =>
  Object.entries(labels ?? {}).flatMap(([key, value]) => [
    ...isQualifiedName(key).map(text => invalid(path, key, text)),
    ...isLabelValue(value).map(text => invalid(path, value, text)),
  ])

/** What is wrong with a map of annotations at `path`: keys are checked without regard to case, and 256 KiB is the most. */
export const annotationErrors = (annotations: TextMap | undefined, path: FieldPath): readonly FieldError[] => {
  const entries = Object.entries(annotations ?? {})
  const size = entries.reduce((sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(value), 0)
  return [
    ...entries.flatMap(([key]) => isQualifiedName(key.toLowerCase()).map(text => invalid(path, key, text))),
    ...(size > annotationsLimitBytes ? [tooLong(path, annotationsLimitBytes)] : []),
  ]
}
