import { isPodReady, readySince } from '@periplus/kinds'
import { millisecondsOf } from '@periplus/api'
import type { ContainerStatus, Pod } from '@periplus/kinds'
import type { Stored } from '@periplus/api'

/** A pod that may be deleted, with how many related pods its node runs. */
export interface DeletionCandidate {
  readonly pod: Stored<Pod>
  readonly rank: number
}

type Order = (a: DeletionCandidate, b: DeletionCandidate, now: number) => number

/** The annotation by which people say what losing a pod costs. */
const costAnnotation = 'controller.kubernetes.io/pod-deletion-cost'

const costOf = (pod: Pod): number => {
  const text = pod.metadata?.annotations?.[costAnnotation] ?? ''
  const cost = /^-?[0-9]{1,10}$/.test(text) ? Number(text) : 0
  return (cost | 0) === cost ? cost : 0
}

const phaseRank: Readonly<Record<string, number>> = { Pending: 0, Unknown: 1, Running: 2 }

/** Ages are compared by magnitude only, so that scaling down spreads over everything of about one age. */
const magnitude = (since: number, now: number): number =>
  now > since ? Math.trunc(Math.log2((now - since) * 1e6)) : -1

const byMagnitude = (a: DeletionCandidate, b: DeletionCandidate, sinceA: number, sinceB: number, now: number): number =>
  magnitude(sinceA, now) - magnitude(sinceB, now) || (a.pod.metadata.uid < b.pod.metadata.uid ? -1 : 1)

/** An unknown time comes first: it can't have been long. */
const byAge = (
  a: DeletionCandidate,
  b: DeletionCandidate,
  sinceA: number | undefined,
  sinceB: number | undefined,
  now: number,
): number => {
  if (sinceA === sinceB) return 0
  if (sinceA === undefined) return -1
  if (sinceB === undefined) return 1
  return byMagnitude(a, b, sinceA, sinceB, now)
}

const mostRestarts = (statuses: readonly ContainerStatus[] | undefined): number =>
  (statuses ?? []).reduce((most, status) => Math.max(most, status.restartCount), 0)

const sidecarRestarts = (pod: Pod): number => {
  const sidecars = new Set(
    (pod.spec?.initContainers ?? []).filter(one => one.restartPolicy === 'Always').map(one => one.name),
  )
  return mostRestarts(pod.status?.initContainerStatuses?.filter(status => sidecars.has(status.name)))
}

/** What tells two pods apart, most important first: negative when the first is the one to lose. */
const orders: readonly Order[] = [
  (a, b) => Number(Boolean(a.pod.spec?.nodeName)) - Number(Boolean(b.pod.spec?.nodeName)),
  (a, b) => (phaseRank[a.pod.status?.phase ?? ''] ?? 0) - (phaseRank[b.pod.status?.phase ?? ''] ?? 0),
  (a, b) => Number(isPodReady(a.pod)) - Number(isPodReady(b.pod)),
  (a, b) => costOf(a.pod) - costOf(b.pod),
  (a, b) => b.rank - a.rank,
  (a, b, now) => (isPodReady(a.pod) && isPodReady(b.pod) ? byAge(a, b, readySince(a.pod), readySince(b.pod), now) : 0),
  (a, b) => mostRestarts(b.pod.status?.containerStatuses) - mostRestarts(a.pod.status?.containerStatuses),
  (a, b) => sidecarRestarts(b.pod) - sidecarRestarts(a.pod),
  (a, b, now) =>
    byAge(
      a,
      b,
      millisecondsOf(a.pod.metadata.creationTimestamp),
      millisecondsOf(b.pod.metadata.creationTimestamp),
      now,
    ),
  (a, b) => (a.pod.metadata.uid < b.pod.metadata.uid ? -1 : a.pod.metadata.uid > b.pod.metadata.uid ? 1 : 0),
]

/**
 * The pods in the order in which scaling down loses them (Kubernetes' `ActivePodsWithRanks`): unassigned, pending, not ready,
 * cheap, crowded on a node, lately ready, often restarted, young.
 */
export const inDeletionOrder = (candidates: readonly DeletionCandidate[], now: number): readonly DeletionCandidate[] =>
  [...candidates].sort((a, b) => {
    for (const order of orders) {
      const difference = order(a, b, now)
      if (difference !== 0) return difference
    }
    return 0
  })
