import { targetOf } from '@periplus/api'
import type { KubernetesObject } from '@periplus/api'
import type { Container, Pod, PodSpec } from '@periplus/kinds'
import type { Candidate } from '../candidate/candidate.ts'
import type { AdmissionRefusal } from './plugin.ts'

/** The pod that the candidate creates; `undefined` when it does something else. */
export const createdPod = ({ kind, operation, next }: Candidate): Pod | undefined =>
  operation === 'create' && isPod(kind) ? next : undefined

/** The pod that the candidate creates or updates as a whole; `undefined` when it does something else, a subresource included. */
export const writtenPod = ({ kind, operation, next, subresource }: Candidate): Pod | undefined =>
  operation !== 'delete' && subresource === undefined && isPod(kind) ? next : undefined

const isPod = (kind: Candidate['kind']): boolean => kind.group === '' && kind.resource === 'pods'

export const withSpec = (pod: Pod, changes: Partial<PodSpec>): KubernetesObject => {
  const spec = pod.spec ?? { containers: [] }
  return { ...pod, spec: { ...spec, ...changes } } as KubernetesObject
}

export const containersOf = (pod: Pod): readonly Container[] => [
  ...(pod.spec?.initContainers ?? []),
  ...(pod.spec?.containers ?? []),
]

export const forbidden = ({ kind, ref }: Candidate, message: string): AdmissionRefusal => ({
  refusal: { tag: 'Forbidden', target: targetOf(kind, ref.name), message },
})
