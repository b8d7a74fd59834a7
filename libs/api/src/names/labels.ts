import type { FieldError } from '../refusal.ts'
import { invalid, tooLong } from '../status/field-error.ts'
import type { FieldPath } from '../status/field-error.ts'
import { isLabelValue, isQualifiedName } from './qualified-name.ts'

type TextMap = Readonly<Record<string, string>>

const annotationsLimitBytes = 256 * 1024

/** More errors than that nobody is told: an object may have twenty thousand bad names. */
const mostErrors = 1_000

/** What is wrong with the members of a map, the first thousand of it. */
const memberErrors = (
  members: readonly (readonly [string, string])[],
  errorsOf: (key: string, value: string) => readonly FieldError[],
): readonly FieldError[] => {
  const errors: FieldError[] = []
  for (const [key, value] of members) {
    errors.push(...errorsOf(key, value))
    if (errors.length >= mostErrors) break
  }
  return errors
}

/** What is wrong with a map of labels at `path` (`metadata.labels`), a thousand errors or so at most. */
export const labelErrors = (labels: TextMap | undefined, path: FieldPath): readonly FieldError[] =>
  memberErrors(Object.entries(labels ?? {}), (key, value) => [
    ...isQualifiedName(key).map(text => invalid(path, key, text)),
    ...isLabelValue(value).map(text => invalid(path, value, text)),
  ])

/** What is wrong with a map of annotations at `path`: keys are checked without regard to case, and 256 KiB is the most. */
export const annotationErrors = (annotations: TextMap | undefined, path: FieldPath): readonly FieldError[] => {
  const entries = Object.entries(annotations ?? {})
  const size = entries.reduce((sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(value), 0)
  return [
    ...memberErrors(entries, key => isQualifiedName(key.toLowerCase()).map(text => invalid(path, key, text))),
    ...(size > annotationsLimitBytes ? [tooLong(path, annotationsLimitBytes)] : []),
  ]
}
