import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { formatTime } from '@periplus/api'
import type { Kind, KubernetesObject, Refusal, Stored } from '@periplus/api'
import type { DeleteOptions } from '../command.ts'
import type { Candidate, CandidateInputs } from './candidate.ts'
import { deleteCandidate } from './delete.ts'
import { part, withPart } from './json.ts'
import { withCondition } from './pod-conditions.ts'

/** `pods/eviction`: a deletion that a disruption budget may refuse, and of which the pod tells. */
export const evictionCandidate = (
  kind: Kind,
  eviction: KubernetesObject,
  previous: Stored<KubernetesObject>,
  moment: CandidateInputs,
): Either<Refusal, Candidate> => {
  const { deleteOptions = {} } = eviction as { readonly deleteOptions?: DeleteOptions }
  const deleted = deleteCandidate(kind, previous, deleteOptions, moment)
  if (E.isLeft(deleted)) return deleted
  const { next } = deleted.right
  return E.right({
    ...deleted.right,
    next: previous.metadata.deletionTimestamp ? next : withTarget(next, moment),
    isEviction: true,
  })
}

/** What the pod says of its end, for those who count it. */
const withTarget = (pod: KubernetesObject, { now }: CandidateInputs): KubernetesObject => {
  const status = part(pod, 'status')
  const condition = {
    type: 'DisruptionTarget',
    status: 'True',
    reason: 'EvictionByEvictionAPI',
    message: 'Eviction API: evicting',
    lastTransitionTime: formatTime(now),
  }
  return withPart(pod, 'status', { ...status, conditions: withCondition(status['conditions'], condition) })
}
