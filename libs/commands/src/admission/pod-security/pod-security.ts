import { invalidObject } from '@periplus/api'
import type { Refusal, Stored } from '@periplus/api'
import type { Namespace, Pod } from '@periplus/kinds'
import type { Cut } from '@periplus/projection'
import type { Candidate } from '../../candidate/candidate.ts'
import type { AdmissionPlugin } from '../plugin.ts'
import { forbidden } from '../pods.ts'
import type { PodLike } from './check.ts'
import { existingPods } from './existing-pods.ts'
import { inDetail, violations } from './evaluate.ts'
import { compareLevels, policyName, policyOf } from './policy.ts'
import type { LevelVersion, Policy } from './policy.ts'
import { templateOf } from './templates.ts'

/**
 * The Pod Security Standards, as the labels of a namespace ask for them: pods that break what is enforced are refused, and of
 * pods and templates that break what is warned of, people are told, and of what is audited, those who look at the events.
 */
export const podSecurity: AdmissionPlugin = {
  name: 'PodSecurity',
  validate: (candidate, { cut }) => {
    if (candidate.operation === 'delete') return undefined
    if (isKind(candidate, 'namespaces')) {
      const refusal = unreadableLabels(candidate)
      return refusal && { refusal }
    }
    const pod = evaluatedPod(candidate)
    if (!pod) return undefined
    const { enforce } = policyIn(cut, candidate.ref.namespace)
    const broken = violations(pod, enforce)
    if (broken.length === 0) return undefined
    return forbidden(candidate, `violates PodSecurity "${policyName(enforce)}": ${inDetail(broken)}`)
  },
  warnings: (candidate, { cut }) => {
    if (candidate.operation === 'delete') return []
    if (isKind(candidate, 'namespaces')) return ofNamespace(candidate, cut)
    const pod = evaluatedPod(candidate) ?? templateOf(candidate)
    if (!pod) return []
    const { warn } = policyIn(cut, candidate.ref.namespace)
    const broken = violations(pod, warn)
    return broken.length === 0 ? [] : [wouldViolate(warn, broken)]
  },
  notes: (candidate, { cut }) => {
    if (candidate.operation === 'delete') return []
    const pod = evaluatedPod(candidate) ?? templateOf(candidate)
    if (!pod) return []
    const { audit } = policyIn(cut, candidate.ref.namespace)
    const broken = violations(pod, audit)
    return broken.length === 0
      ? []
      : [{ by: 'PodSecurity', annotations: { [violationsKey]: wouldViolate(audit, broken) } }]
  },
}

const violationsKey = 'pod-security.kubernetes.io/audit-violations'

const wouldViolate = (policy: LevelVersion, broken: ReturnType<typeof violations>): string =>
  `would violate PodSecurity "${policyName(policy)}": ${inDetail(broken)}`

const isKind = ({ kind }: Candidate, resource: string): boolean => kind.group === '' && kind.resource === resource

const policyIn = (cut: Cut, namespace: string): Policy => {
  const entry = cut.entry({ group: '', resource: 'namespaces', namespace: '', name: namespace })
  return policyOf((entry?.object() as Stored<Namespace> | undefined)?.metadata.labels).policy
}

/** Labels that cannot be read are refused when they are new; what was there before may stay. */
const unreadableLabels = ({ kind, ref, next, previous, subresource }: Candidate): Refusal | undefined => {
  if (subresource !== undefined) return undefined
  const { errors } = policyOf(next.metadata?.labels)
  if (errors.length === 0) return undefined
  const before = previous ? policyOf(previous.metadata.labels).errors : []
  return JSON.stringify(errors) === JSON.stringify(before) ? undefined : invalidObject(kind, ref.name, errors)
}

/** The pod whose security is in question: a new one, or one whose containers change what they run. */
const evaluatedPod = (candidate: Candidate): PodLike | undefined => {
  const { operation, previous, subresource } = candidate
  if (!isKind(candidate, 'pods')) return undefined
  const next = candidate.next as Pod
  if (!next.spec) return undefined
  if (operation === 'create') return next as PodLike
  const changesSpec = subresource === undefined || subresource === 'ephemeralcontainers' || subresource === 'resize'
  return changesSpec && runsOther(next, previous as Pod) ? (next as PodLike) : undefined
}

const runsOther = (next: Pod, previous: Pod): boolean => {
  const programs = ({ spec }: Pod): string =>
    JSON.stringify(
      [spec?.containers, spec?.initContainers, spec?.ephemeralContainers].map(containers =>
        (containers ?? []).map(({ name, image }) => [name, image]),
      ),
    )
  return programs(next) !== programs(previous)
}

const ofNamespace = ({ operation, next, previous, ref, subresource }: Candidate, cut: Cut): readonly string[] => {
  if (subresource !== undefined) return []
  const { policy } = policyOf(next.metadata?.labels)
  const before = previous && policyOf(previous.metadata.labels).policy
  return operation === 'update' && before && isStricter(policy.enforce, before.enforce)
    ? existingPods(cut, ref.name, policy.enforce)
    : []
}

const isStricter = (enforce: LevelVersion, before: LevelVersion): boolean => {
  if (enforce.level === 'privileged' || policyName(enforce) === policyName(before)) return false
  return enforce.version !== before.version || compareLevels(enforce.level, before.level) > 0
}
