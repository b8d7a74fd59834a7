import { invalidObject, objectNameErrors } from '@periplus/api'
import type { FieldError, Kind, KubernetesObject, Refusal } from '@periplus/api'
import type { Steps } from '@periplus/prelude'
import type { Candidate } from '../candidate/candidate.ts'
import { takesOnlyStatus } from '../candidate/update.ts'
import { metadataErrors, metadataUpdateErrors, qualifiedFinalizerErrors } from './metadata.ts'

/** Every rule that a creation or an update must keep; all that are broken are told at once. */
export function* validate(candidate: Candidate): Steps<Refusal | undefined> {
  const { kind, ref } = candidate
  const ofMetadata = metadataOf(candidate)
  yield
  const rules = yield* rulesOf(candidate)
  const isLast = !candidate.previous && metadataLast.has(placeOf(kind))
  const causes = isLast && rules.length > 0 ? rules : [...ofMetadata, ...rules]
  return causes.length === 0 ? undefined : invalidObject(kind, ref.name, causes)
}

const isBuiltin = ({ schema: { shape } }: Kind): boolean =>
  shape.tag === 'struct' && shape.name.startsWith('io.k8s.api.')

const placeOf = ({ group, resource }: Kind): string => `${group}/${resource}`

/** Kinds that take names of finalizers without a domain, as Kubernetes' do not look at metadata of their own accord. */
const unqualified = new Set([
  '/events',
  'coordination.k8s.io/leases',
  'node.k8s.io/runtimeclasses',
  'policy/poddisruptionbudgets',
])
/** The same where only the status is written. */
const unqualifiedStatus = new Set(['batch/cronjobs'])
/** Kinds whose metadata is looked at only when nothing else is wrong, as they are created. */
const metadataLast = new Set(['/events', 'policy/poddisruptionbudgets'])

const metadataOf = ({ kind, next, previous, subresource }: Candidate): readonly FieldError[] => [
  ...(previous
    ? metadataUpdateErrors(next.metadata ?? {}, previous.metadata)
    : objectNameErrors(kind, next.metadata ?? {})),
  ...metadataErrors(next.metadata ?? {}),
  ...(isBuiltin(kind) &&
  !unqualified.has(placeOf(kind)) &&
  !(takesOnlyStatus(subresource) && unqualifiedStatus.has(placeOf(kind)))
    ? qualifiedFinalizerErrors(next.metadata?.finalizers ?? [])
    : []),
]

function* rulesOf({ kind, next, previous, subresource }: Candidate): Steps<readonly FieldError[]> {
  if (!previous) return [...(yield* ownRules(kind, next)), ...(kind.validateCreate?.(next) ?? [])]
  if (subresource === 'approval') return kind.approval?.errors(next, previous) ?? []
  if (takesOnlyStatus(subresource))
    return kind.validateStatusUpdateInSteps
      ? yield* kind.validateStatusUpdateInSteps(next, previous)
      : (kind.validateStatusUpdate?.(next, previous) ?? [])
  // These write what validateUpdate keeps clients of the main resource from writing; each has its own checks.
  if (subresource === 'binding') return []
  if (subresource === 'finalize') return kind.validateFinalize?.(next, previous) ?? []
  if (subresource === 'ephemeralcontainers') return yield* ownRules(kind, next)
  if (subresource === 'resize')
    return [...(yield* ownRules(kind, next)), ...(kind.validateResize?.(next, previous) ?? [])]
  return [...(yield* ownRules(kind, next, previous)), ...(kind.validateUpdate?.(next, previous) ?? [])]
}

function* ownRules(kind: Kind, next: KubernetesObject, previous?: KubernetesObject): Steps<readonly FieldError[]> {
  return kind.validateInSteps ? yield* kind.validateInSteps(next, previous) : (kind.validate?.(next, previous) ?? [])
}
