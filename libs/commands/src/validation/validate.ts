import { invalidObject, objectNameErrors } from '@periplus/api'
import type { FieldError, Kind, Refusal } from '@periplus/api'
import type { Candidate } from '../candidate/candidate.ts'
import { metadataErrors, metadataUpdateErrors, qualifiedFinalizerErrors } from './metadata.ts'

/** Every rule that a creation or an update must keep; all that are broken are told at once. */
export const validate = (candidate: Candidate): Refusal | undefined => {
  const { kind, ref } = candidate
  const causes = [...metadataOf(candidate), ...rulesOf(candidate)]
  return causes.length === 0 ? undefined : invalidObject(kind, ref.name, causes)
}

const isBuiltin = ({ schema: { shape } }: Kind): boolean =>
  shape.tag === 'struct' && shape.name.startsWith('io.k8s.api.')

const metadataOf = ({ kind, next, previous }: Candidate): readonly FieldError[] => [
  ...(previous
    ? metadataUpdateErrors(next.metadata ?? {}, previous.metadata)
    : objectNameErrors(kind, next.metadata ?? {})),
  ...metadataErrors(next.metadata ?? {}),
  ...(isBuiltin(kind) ? qualifiedFinalizerErrors(next.metadata?.finalizers ?? []) : []),
]

const rulesOf = ({ kind, next, previous, subresource }: Candidate): readonly FieldError[] => {
  if (!previous) return [...(kind.validate?.(next) ?? []), ...(kind.validateCreate?.(next) ?? [])]
  if (subresource === 'status' || subresource === 'approval') return kind.validateStatusUpdate?.(next, previous) ?? []
  // These write what validateUpdate keeps clients of the main resource from writing; each has its own checks.
  if (subresource === 'binding' || subresource === 'finalize') return []
  if (subresource === 'ephemeralcontainers') return kind.validate?.(next) ?? []
  if (subresource === 'resize')
    return [...(kind.validate?.(next) ?? []), ...(kind.validateResize?.(next, previous) ?? [])]
  return [...(kind.validate?.(next, previous) ?? []), ...(kind.validateUpdate?.(next, previous) ?? [])]
}
