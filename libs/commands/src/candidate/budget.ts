import { isTerminalPhase } from '@periplus/kinds'
import { badRequest, formatTime, selects } from '@periplus/api'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { KubernetesObject, ObjectRef, Refusal, Stored } from '@periplus/api'
import type { PodDisruptionBudget } from '@periplus/kinds'
import type { Cut } from '@periplus/projection'
import type { AdmissionRefusal } from '../admission/plugin.ts'
import { asJson, part, withPart } from './json.ts'

const mostDisrupted = 2000

/**
 * What an eviction takes from the pod's disruption budget: the budget with one disruption less, `undefined` where none is asked,
 * or the refusal that Kubernetes' eviction gives.
 */
export const budgetFor = (
  pod: Stored<KubernetesObject>,
  cut: Cut,
  now: number,
  read: (ref: ObjectRef) => Stored<KubernetesObject> | undefined,
): Either<AdmissionRefusal, Stored<KubernetesObject> | undefined> => {
  if (needsNoBudget(pod)) return E.right(undefined)
  const namespace = pod.metadata.namespace ?? ''
  const matching = cut
    .entries('policy', 'poddisruptionbudgets', namespace)
    .filter(entry => selects((entry.object() as Stored<PodDisruptionBudget>).spec?.selector, pod.metadata.labels))
  const [first, second] = matching
  if (second)
    return E.left({
      refusal: badRequest(
        'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.',
      ),
    })
  const budget = first && read(first.ref)
  if (!first || !budget || ignoresUnhealthy(pod, budget)) return E.right(undefined)
  const taken = take(pod, budget, now)
  return E.isLeft(taken) ? E.left({ refusal: taken.left, restsOn: [first.ref] }) : taken
}

const needsNoBudget = (pod: Stored<KubernetesObject>): boolean => {
  const { phase } = part(pod, 'status')
  return isTerminalPhase(phase) || phase === 'Pending' || Boolean(pod.metadata.deletionTimestamp)
}

/** A pod that isn't ready may go where the policy says so, or where the budget's others are healthy. */
const ignoresUnhealthy = (pod: KubernetesObject, budget: KubernetesObject): boolean => {
  const conditions = part(pod, 'status')['conditions']
  const ready =
    Array.isArray(conditions) &&
    conditions.some(condition => asJson(condition)['type'] === 'Ready' && asJson(condition)['status'] === 'True')
  if (ready) return false
  if (part(budget, 'spec')['unhealthyPodEvictionPolicy'] === 'AlwaysAllow') return true
  const { currentHealthy = 0, desiredHealthy = 0 } = part(budget, 'status') as Counts
  return desiredHealthy > 0 && currentHealthy >= desiredHealthy
}

interface Counts {
  readonly currentHealthy?: number
  readonly desiredHealthy?: number
  readonly disruptionsAllowed?: number
  readonly observedGeneration?: number
  readonly disruptedPods?: Readonly<Record<string, string>>
  readonly conditions?: readonly unknown[]
}

const take = (
  pod: Stored<KubernetesObject>,
  budget: Stored<KubernetesObject>,
  now: number,
): Either<Refusal, Stored<KubernetesObject>> => {
  const { name, generation = 0 } = budget.metadata
  const status: Counts = part(budget, 'status')
  const { disruptionsAllowed = 0, observedGeneration = 0, disruptedPods = {} } = status
  const target = { group: 'policy', resource: 'poddisruptionbudgets', name }
  const refuse = (why: string, retryAfterSeconds: number): Either<Refusal, never> =>
    E.left({
      tag: 'TooManyRequests',
      message: "Cannot evict pod as it would violate the pod's disruption budget.",
      retryAfterSeconds,
      causes: [{ reason: 'DisruptionBudget', message: why }],
    })
  if (observedGeneration < generation)
    return refuse(`The disruption budget ${name} is still being processed by the server.`, 10)
  if (disruptionsAllowed < 0)
    return E.left({ tag: 'Forbidden', target, message: 'pdb disruptions allowed is negative' })
  if (Object.keys(disruptedPods).length > mostDisrupted)
    return E.left({
      tag: 'Forbidden',
      target,
      message: 'DisruptedPods map too big - too many evictions not confirmed by PDB controller',
    })
  if (disruptionsAllowed === 0)
    return refuse(
      `The disruption budget ${name} needs ${status.desiredHealthy ?? 0} healthy pods and has ${status.currentHealthy ?? 0} currently`,
      0,
    )
  const next = {
    ...status,
    disruptionsAllowed: disruptionsAllowed - 1,
    disruptedPods: { ...disruptedPods, [pod.metadata.name]: formatTime(now) },
  }
  return E.right(withPart(budget, 'status', next) as Stored<KubernetesObject>)
}
