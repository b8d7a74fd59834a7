import { isTerminalPhase } from '@periplus/kinds'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { formatTime, isEndOfTime, refOf, secondsAfter, successor } from '@periplus/api'
import type { Kind, KubernetesObject, Refusal, Stored } from '@periplus/api'
import type { DeleteOptions } from '../command.ts'
import type { Candidate, CandidateInputs } from './candidate.ts'
import { isNamespaceKind } from './is-namespace.ts'
import { part, withMeta, withPart } from './json.ts'
import { refuse } from './refuse.ts'

const orphan = 'orphan'
const foreground = 'foregroundDeletion'

/**
 * Deletion: with finalizers or a grace period the object is marked and lives on; else this event is its last.
 * Marking again changes something only where it shortens the grace period or adds a policy's finalizer.
 */
export const deleteCandidate = (
  kind: Kind,
  previous: Stored<KubernetesObject>,
  options: DeleteOptions,
  moment: CandidateInputs,
): Either<Refusal, Candidate> => {
  const checked = checkPreconditions(kind, previous, options)
  if (E.isLeft(checked)) return checked
  const finalizers = finalizersAfter(heldBy(kind, previous), policyOf(kind, previous, options))
  const grace = graceOf(kind, previous, options)
  const marked = mark(previous, grace, moment)
  const phased = isNamespaceKind(kind)
    ? withPart(marked, 'status', { ...part(marked, 'status'), phase: 'Terminating' })
    : marked
  const next = withMeta(phased, { finalizers: finalizers.length > 0 ? finalizers : undefined })
  const ends = mayEnd(kind, next)
  return E.right({
    kind,
    operation: 'delete',
    subresource: undefined,
    ref: refOf(kind, previous.metadata.namespace ?? '', previous.metadata.name),
    previous,
    next: ends && goesAsItWas(kind, previous) ? previous : next,
    ends,
    deleteOptions: options,
  })
}

/** As in Kubernetes, where nothing is kept of a mark but for kinds that have a grace period, even one of zero. */
const goesAsItWas = ({ graceSeconds }: Kind, { metadata }: Stored<KubernetesObject>): boolean =>
  !graceSeconds && metadata.deletionTimestamp === undefined && (metadata.finalizers ?? []).length === 0

/** Nothing holds the object any more: marked, no finalizer, no grace period left. */
export const mayEnd = (kind: Kind, object: KubernetesObject): boolean => {
  const { deletionTimestamp, deletionGracePeriodSeconds, finalizers } = object.metadata ?? {}
  if (!deletionTimestamp || (deletionGracePeriodSeconds ?? 0) > 0 || (finalizers?.length ?? 0) > 0) return false
  const held = isNamespaceKind(kind) ? part(object, 'spec')['finalizers'] : undefined
  return !Array.isArray(held) || held.length === 0
}

const checkPreconditions = (
  kind: Kind,
  previous: Stored<KubernetesObject>,
  { preconditions }: DeleteOptions,
): Either<Refusal, undefined> => {
  const { uid, resourceVersion, name } = previous.metadata
  if (preconditions?.uid !== undefined && preconditions.uid !== uid)
    return refuse.precondition(kind, name, 'UID', preconditions.uid, uid)
  if (preconditions?.resourceVersion !== undefined && preconditions.resourceVersion !== resourceVersion)
    return refuse.precondition(kind, name, 'ResourceVersion', preconditions.resourceVersion, resourceVersion)
  return E.right(undefined)
}

/** Its finalizers, and from the first deletion on the one that its kind sets then. */
const heldBy = ({ deletionFinalizer }: Kind, { metadata }: Stored<KubernetesObject>): readonly string[] => {
  const { finalizers = [], deletionTimestamp } = metadata
  return !deletionFinalizer || deletionTimestamp || finalizers.includes(deletionFinalizer)
    ? finalizers
    : [...finalizers, deletionFinalizer]
}

/** What the caller says, else what an earlier deletion (or whoever set such a finalizer) said, else the kind's own default. */
const policyOf = (
  { orphansByDefault }: Kind,
  { metadata: { finalizers = [] } }: Stored<KubernetesObject>,
  { propagationPolicy }: DeleteOptions,
): DeleteOptions['propagationPolicy'] =>
  propagationPolicy ??
  (orphansByDefault && !finalizers.includes(orphan) && !finalizers.includes(foreground) ? 'Orphan' : undefined)

/** A named policy replaces what an earlier deletion asked for; without one that stands. */
const finalizersAfter = (current: readonly string[], policy: DeleteOptions['propagationPolicy']): readonly string[] => {
  if (policy === undefined) return current
  const wanted = policy === 'Orphan' ? orphan : policy === 'Foreground' ? foreground : undefined
  const kept = current.filter(finalizer => (finalizer !== orphan && finalizer !== foreground) || finalizer === wanted)
  return wanted === undefined || kept.includes(wanted) ? kept : [...kept, wanted]
}

/** Seconds; a pod that no node runs, or that has ended, needs none. */
const graceOf = (kind: Kind, object: KubernetesObject, options: DeleteOptions): number => {
  if (!kind.graceSeconds) return 0
  const given = options.gracePeriodSeconds
  const current = object.metadata?.deletionTimestamp ? object.metadata.deletionGracePeriodSeconds : undefined
  if (current !== undefined && given === undefined) return Number(current)
  const wanted = given === undefined ? kind.graceSeconds(object) : given < 0 ? 1 : given
  const seconds = needsNoGrace(object) ? 0 : wanted
  return current === undefined ? seconds : Math.min(Number(current), seconds)
}

const needsNoGrace = (object: KubernetesObject): boolean => {
  const { phase } = part(object, 'status')
  return !part(object, 'spec')['nodeName'] || isTerminalPhase(phase)
}

const mark = (object: Stored<KubernetesObject>, grace: number, moment: CandidateInputs): KubernetesObject => {
  const { deletionTimestamp, deletionGracePeriodSeconds: current, generation } = object.metadata
  if (deletionTimestamp === undefined)
    return withMeta(object, {
      deletionTimestamp: formatTime(secondsAfter(moment.now, grace)),
      deletionGracePeriodSeconds: grace,
      ...(generation ? { generation: successor(generation) } : {}),
    })
  if (current === undefined || grace >= current) return object
  return withMeta(object, {
    deletionTimestamp: formatTime(sooner(Date.parse(deletionTimestamp), Number(current), grace, moment)),
    deletionGracePeriodSeconds: grace,
  })
}

/** The moment that the first deletion named moves by as much as the period shrinks; one beyond all times says not when that was. */
const sooner = (named: number, current: number, grace: number, { now }: CandidateInputs): number =>
  isEndOfTime(named) ? secondsAfter(now, grace) : secondsAfter(named, grace - current)
