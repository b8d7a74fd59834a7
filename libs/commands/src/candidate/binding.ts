import { formatTime } from '@periplus/api'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { FieldError, Kind, KubernetesObject, Refusal, Stored } from '@periplus/api'
import type { Candidate, CandidateInputs } from './candidate.ts'
import { part, withMeta, withPart } from './json.ts'
import { withCondition } from './pod-conditions.ts'
import { checkIdentity, updated } from './update.ts'

/**
 * A pod's way to a node: `spec.nodeName` once and for all, with the condition PodScheduled. Room is made for it no longer: a
 * nomination ends, as with Kubernetes' `ClearingNominatedNodeNameAfterBinding`.
 */
export const bindingCandidate = (
  kind: Kind,
  binding: KubernetesObject,
  previous: Stored<KubernetesObject>,
  moment: CandidateInputs,
): Either<Refusal, Candidate> => {
  const target = part(binding, 'target')
  const wrong = targetErrors(target)
  const { name } = previous.metadata
  if (wrong.length > 0)
    return E.left({
      tag: 'Invalid',
      target: { group: '', resource: 'bindings', name, kind: 'Binding' },
      causes: wrong,
    })
  const refuse = (message: string): Either<Refusal, never> =>
    E.left({ tag: 'Conflict', target: { group: '', resource: 'pods/binding', name }, message })
  const checked = checkIdentity(kind, binding.metadata, previous)
  if (E.isLeft(checked)) return checked
  const spec = part(previous, 'spec')
  if (previous.metadata.deletionTimestamp) return refuse(`pod ${name} is being deleted, cannot be assigned to a host`)
  if (spec['nodeName']) return refuse(`pod ${name} is already assigned to node "${String(spec['nodeName'])}"`)
  if (Array.isArray(spec['schedulingGates']) && spec['schedulingGates'].length > 0)
    return refuse(`pod ${name} has non-empty .spec.schedulingGates`)
  const { nominatedNodeName: _, ...status } = part(previous, 'status')
  const scheduled = {
    type: 'PodScheduled',
    status: 'True',
    lastProbeTime: null,
    lastTransitionTime: formatTime(moment.now),
  }
  const bound = withPart(withPart(previous, 'spec', { ...spec, nodeName: target['name'] }), 'status', {
    ...status,
    conditions: withCondition(status['conditions'], scheduled),
  })
  const annotated = withMeta(bound, {
    annotations: merged(previous.metadata.annotations, binding.metadata?.annotations),
  })
  return E.right(updated(kind, 'binding', previous, annotated))
}

const merged = (
  own: Readonly<Record<string, string>> | undefined,
  given: Readonly<Record<string, string>> | undefined,
): Readonly<Record<string, string>> | undefined => (given ? { ...own, ...given } : own)

const targetErrors = (target: Readonly<Record<string, unknown>>): readonly FieldError[] => {
  const errors: FieldError[] = []
  if (target['kind'] && target['kind'] !== 'Node')
    errors.push({
      reason: 'FieldValueNotSupported',
      field: 'target.kind',
      message: `Unsupported value: ${JSON.stringify(target['kind'])}: supported values: "Node", "<empty>"`,
    })
  if (!target['name']) errors.push({ reason: 'FieldValueRequired', field: 'target.name', message: 'Required value' })
  return errors
}
