import { isTerminalPhase } from '@periplus/kinds'
import type { Pod } from '@periplus/kinds'
import { isCritical } from '../admission/critical.ts'
import { podRequests } from '../resources/pod-requests.ts'
import type { Resource } from './signals.ts'

/** What one pod takes of the node at the moment. */
export interface PodUsage {
  readonly pod: Pod
  /** Bytes of memory and of disk, and inodes: of the pod, and of each of its containers by name. */
  readonly total: Readonly<Record<Resource, number>>
  readonly containers: ReadonlyMap<string, Readonly<Record<Resource, number>>>
}

/** To end a pod that holds less than this frees nothing: somebody else fills the machine. */
const leastWorthwhile: Readonly<Record<Resource, number>> = {
  memory: 2 ** 20,
  'ephemeral-storage': 2 ** 20,
  inodes: 100,
}

/**
 * The pods to end, first to last, as the kubelet ranks them: those that use more than they asked for, then by priority, then
 * by how much more. Critical pods stay, and so do those that hold next to nothing.
 */
export const rank = (usages: readonly PodUsage[], resource: Resource): readonly PodUsage[] =>
  usages
    .filter(({ pod, total }) => isEvictable(pod) && total[resource] >= leastWorthwhile[resource])
    .map(usage => ({ usage, excess: usage.total[resource] - requestOf(usage.pod, resource) }))
    .sort(
      (a, b) =>
        Number(b.excess > 0) - Number(a.excess > 0) ||
        (a.usage.pod.spec?.priority ?? 0) - (b.usage.pod.spec?.priority ?? 0) ||
        b.excess - a.excess,
    )
    .map(({ usage }) => usage)

export const requestOf = (pod: Pod, resource: Resource): number =>
  resource === 'inodes' ? 0 : podRequests(pod)[resource]

const isEvictable = (pod: Pod): boolean =>
  !isTerminalPhase(pod.status?.phase) && !pod.metadata?.deletionTimestamp && !isCritical(pod)
