import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { formatTime, refOf } from '@periplus/api'
import type { Kind, KubernetesObject, ObjectMeta, Refusal, Stored } from '@periplus/api'
import type { Candidate, CandidateInputs } from './candidate.ts'
import { part, withMeta, withPart } from './json.ts'
import { refuse } from './refuse.ts'

/** Refused with Conflict where the writer names another uid or another version than the object has. */
export const checkIdentity = (
  kind: Kind,
  given: ObjectMeta | undefined,
  previous: Stored<KubernetesObject>,
): Either<Refusal, undefined> => {
  const { uid, resourceVersion, name } = previous.metadata
  if (given?.uid && given.uid !== uid) return refuse.precondition(kind, name, 'UID', given.uid, uid)
  if (given?.resourceVersion && given.resourceVersion !== '0' && given.resourceVersion !== resourceVersion)
    return refuse.modified(kind, name)
  return E.right(undefined)
}

/** Metadata that no update changes, taken from the object as it is. */
const fixed = (previous: ObjectMeta): Partial<ObjectMeta> => ({
  name: previous.name,
  namespace: previous.namespace,
  generateName: previous.generateName,
  uid: previous.uid,
  resourceVersion: previous.resourceVersion,
  creationTimestamp: previous.creationTimestamp,
  deletionTimestamp: previous.deletionTimestamp,
  deletionGracePeriodSeconds: previous.deletionGracePeriodSeconds,
  generation: previous.generation,
  selfLink: undefined,
})

export const updated = (
  kind: Kind,
  subresource: string | undefined,
  previous: Stored<KubernetesObject>,
  next: KubernetesObject,
): Candidate => ({
  kind,
  operation: 'update',
  subresource,
  ref: refOf(kind, previous.metadata.namespace ?? '', previous.metadata.name),
  previous,
  next: withMeta({ ...next, apiVersion: previous.apiVersion, kind: previous.kind }, fixed(previous.metadata)),
  ends: false,
})

/** A full replacement of everything but the status. */
export const updateCandidate = (
  kind: Kind,
  object: KubernetesObject,
  previous: Stored<KubernetesObject>,
): Either<Refusal, Candidate> => {
  const checked = checkIdentity(kind, object.metadata, previous)
  if (E.isLeft(checked)) return checked
  const kept = kind.hasStatus ? withPart(object, 'status', (previous as { status?: unknown }).status) : object
  const candidate = updated(kind, undefined, previous, kept)
  return E.right(
    kind.prepareForUpdate ? { ...candidate, next: kind.prepareForUpdate(candidate.next, previous) } : candidate,
  )
}

/** Whether a write of the subresource takes nothing but metadata and status from the object that it brings. */
export const takesOnlyStatus = (subresource: string | undefined): boolean =>
  subresource === 'status' || subresource === 'approval'

/** What a write of status or approval takes of an object's metadata; kinds may take less. */
const writableMeta = ({ metadata = {} }: KubernetesObject): ObjectMeta => {
  const { labels, annotations, finalizers, ownerReferences } = metadata
  return { labels, annotations, finalizers, ownerReferences }
}

/** A replacement of the status: all else stays, save for labels, annotations, finalizers and owners where the kind lets them change. */
export const statusCandidate = (
  kind: Kind,
  object: KubernetesObject,
  previous: Stored<KubernetesObject>,
  { now }: CandidateInputs,
): Either<Refusal, Candidate> => {
  const checked = checkIdentity(kind, object.metadata, previous)
  if (E.isLeft(checked)) return checked
  const status = (object as { status?: unknown }).status
  const next = withMeta(withPart(previous, 'status', status), writableMeta(object))
  const prepared = kind.prepareForStatusUpdate?.(next, previous, formatTime(now)) ?? next
  return E.right(updated(kind, 'status', previous, prepared))
}

/** A namespace's `spec.finalizers`, by those who have finished with it. */
export const finalizeCandidate = (
  kind: Kind,
  object: KubernetesObject,
  previous: Stored<KubernetesObject>,
): Either<Refusal, Candidate> => {
  const checked = checkIdentity(kind, object.metadata, previous)
  if (E.isLeft(checked)) return checked
  const finalizers = part(object, 'spec')['finalizers']
  const next = withPart(previous, 'spec', { ...part(previous, 'spec'), finalizers: finalizers ?? [] })
  return E.right(updated(kind, 'finalize', previous, next))
}

/** The verdict on a certificate signing request: of its status the conditions, nothing else. */
export const approvalCandidate = (
  kind: Kind,
  object: KubernetesObject,
  previous: Stored<KubernetesObject>,
  { now }: CandidateInputs,
): Either<Refusal, Candidate> => {
  const checked = checkIdentity(kind, object.metadata, previous)
  if (E.isLeft(checked)) return checked
  const conditions = part(object, 'status')['conditions']
  const { conditions: _, ...status } = part(previous, 'status')
  const judged = withPart(previous, 'status', conditions === undefined ? status : { ...status, conditions })
  const next = withMeta(judged, writableMeta(object))
  const prepared = kind.approval?.prepare(next, previous, formatTime(now)) ?? next
  return E.right(updated(kind, 'approval', previous, prepared))
}
