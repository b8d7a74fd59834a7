import { E } from '@periplus/prelude'
import { scaledValue, selects, millisecondsOf, deepEqual } from '@periplus/api'
import type { KubernetesObject, Stored } from '@periplus/api'
import { keyOf } from '@periplus/controller'
import type { Controller, Decision, Key, Moment, Watch } from '@periplus/controller'
import { Pod, PodDisruptionBudget, isPodReady, transitionTime } from '@periplus/kinds'
import type { PodDisruptionBudgetStatus } from '@periplus/kinds'
import type { Cut } from '@periplus/projection'
import { asCount } from '../status/count.ts'
import { expectedPods, scaledKinds } from './expected.ts'

/** For so long an eviction that took from the budget may take to show in the pod; then it counts as not having happened. */
const disruptionTimeout = 2 * 60_000

const scaled = (value: number | string, total: number): number => {
  const found = scaledValue(value, total, 'up')
  return E.isRight(found) ? found.right : 0
}

/** How many pods the budget reckons with, and how many of them must be healthy. */
const wanted = (
  cut: Cut,
  { spec }: PodDisruptionBudget,
  pods: readonly Stored<Pod>[],
): Pick<PodDisruptionBudgetStatus, 'expectedPods' | 'desiredHealthy'> => {
  if (spec?.maxUnavailable !== undefined) {
    const expected = expectedPods(cut, pods)
    return { expectedPods: expected, desiredHealthy: asCount(expected - scaled(spec.maxUnavailable, expected)) }
  }
  const least = spec?.minAvailable ?? 0
  if (typeof least === 'number') return { expectedPods: pods.length, desiredHealthy: least }
  const expected = expectedPods(cut, pods)
  return { expectedPods: expected, desiredHealthy: asCount(scaled(least, expected)) }
}

const decide = (cut: Cut, key: Key, { now }: Moment): Decision => {
  const budget = cut.get(PodDisruptionBudget, key.namespace, key.name)
  if (!budget) return { commands: [], why: 'it is gone' }
  const pods = cut.list(Pod, key.namespace).filter(pod => selects(budget.spec?.selector, pod.metadata.labels))
  const present = new Map(pods.map(pod => [pod.metadata.name, pod]))
  const disrupted = Object.entries(budget.status?.disruptedPods ?? {}).filter(([name, at]) => {
    const pod = present.get(name)
    return pod && !pod.metadata.deletionTimestamp && now < (millisecondsOf(at) ?? 0) + disruptionTimeout
  })
  const leaving = new Set(disrupted.map(([name]) => name))
  const healthy = pods.filter(
    pod => isPodReady(pod) && !pod.metadata.deletionTimestamp && !leaving.has(pod.metadata.name),
  )
  const { expectedPods = 0, desiredHealthy = 0 } = wanted(cut, budget, pods)
  const disruptionsAllowed = expectedPods > 0 ? Math.max(0, healthy.length - desiredHealthy) : 0
  const status: PodDisruptionBudgetStatus = {
    currentHealthy: healthy.length,
    desiredHealthy,
    disruptionsAllowed,
    expectedPods,
    observedGeneration: budget.metadata.generation ?? 0,
    ...(disrupted.length > 0 ? { disruptedPods: Object.fromEntries(disrupted) } : {}),
    conditions: [allowed(budget, disruptionsAllowed > 0, now)],
  }
  const counted: KubernetesObject = Object.assign({}, budget, { status })
  const [oldest] = disrupted.map(([, at]) => millisecondsOf(at) ?? 0).sort((a, b) => a - b)
  return {
    // With the version that was read: an eviction that took from the budget in between is not to be overwritten.
    commands: deepEqual(budget.status, status)
      ? []
      : [{ verb: 'update', kind: PodDisruptionBudget, subresource: 'status', object: counted }],
    ...(oldest === undefined ? {} : { requeueAfter: oldest + disruptionTimeout - now }),
    why: `${healthy.length} of ${expectedPods} pods are healthy and ${desiredHealthy} must be: ${disruptionsAllowed} may go`,
  }
}

const allowed = (budget: Stored<PodDisruptionBudget>, may: boolean, now: number) => {
  const status = may ? 'True' : 'False'
  return {
    type: 'DisruptionAllowed',
    status,
    reason: may ? 'SufficientPods' : 'InsufficientPods',
    message: '',
    observedGeneration: budget.metadata.generation ?? 0,
    lastTransitionTime: transitionTime(budget.status?.conditions, 'DisruptionAllowed', status, now),
  }
}

const selecting = (cut: Cut, pod: Stored<KubernetesObject>): readonly Key[] =>
  cut
    .list(PodDisruptionBudget, pod.metadata.namespace)
    .filter(budget => selects(budget.spec?.selector, pod.metadata.labels))
    .map(keyOf)

const replicasIn = (object: KubernetesObject | undefined): unknown =>
  (object as { spec?: { replicas?: number } } | undefined)?.spec?.replicas

/** Counts what disruption budgets allow; evictions take from it. */
export const disruptionController: Controller = {
  name: 'disruption',
  version: 1,
  primary: PodDisruptionBudget,
  watches: [
    {
      kind: Pod,
      keys: ({ before, after }, cut) => [before, after].flatMap(pod => (pod ? selecting(cut, pod) : [])),
    },
    ...scaledKinds.map((kind): Watch => ({
      kind,
      keys: ({ before, after }, cut) =>
        replicasIn(before) === replicasIn(after)
          ? []
          : cut.list(PodDisruptionBudget, (after ?? before)?.metadata.namespace).map(keyOf),
    })),
  ],
  decide,
}
