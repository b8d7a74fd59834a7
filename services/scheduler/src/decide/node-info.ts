import type { Stored } from '@periplus/api'
import { isPodTerminated } from '@periplus/kinds'
import type { Node, Pod, Taint } from '@periplus/kinds'
import { hostPortsOf } from './host-ports.ts'
import type { HostPort } from './host-ports.ts'
import { add, amountsOf, plus, requestsOf } from './requests.ts'
import type { Amounts } from './requests.ts'

/** What the pods on one node add up to. */
export interface Load {
  /** Those that have not ended. */
  readonly pods: readonly Stored<Pod>[]
  readonly requested: Amounts
  readonly assumed: Amounts
  readonly hostPorts: readonly HostPort[]
  /** Pods with affinity or anti-affinity to pods of their own. */
  readonly withPodAffinity: readonly Stored<Pod>[]
}

/** A node as the scheduler sees it. */
export interface NodeInfo extends Load {
  readonly node: Stored<Node>
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly allocatable: Amounts
  /** Its taints that pods would rather not be on it for. */
  readonly discouraging: readonly Taint[]
}

export const hasPodAffinity = ({ spec }: Pod): boolean =>
  spec?.affinity?.podAffinity !== undefined || spec?.affinity?.podAntiAffinity !== undefined

const loadOf = (all: readonly Stored<Pod>[]): Load => {
  const pods = all.filter(pod => !isPodTerminated(pod))
  const requested = new Map<string, number>()
  const assumed = new Map<string, number>()
  for (const pod of pods) {
    const requests = requestsOf(pod)
    add(requested, requests.exact)
    add(assumed, requests.assumed)
  }
  return {
    pods,
    requested,
    assumed,
    hostPorts: pods.flatMap(hostPortsOf),
    withPodAffinity: pods.filter(hasPodAffinity),
  }
}

type Own = Pick<NodeInfo, 'node' | 'name' | 'labels' | 'allocatable' | 'discouraging'>

/** By object: most often only a node's pods change. */
const known = new WeakMap<Node, Own>()

const ownOf = (node: Stored<Node>): Own => {
  const remembered = known.get(node)
  if (remembered) return remembered
  const made: Own = {
    node,
    name: node.metadata.name,
    labels: node.metadata.labels ?? {},
    allocatable: amountsOf(node.status?.allocatable ?? node.status?.capacity),
    discouraging: (node.spec?.taints ?? []).filter(({ effect }) => effect === 'PreferNoSchedule'),
  }
  known.set(node, made)
  return made
}

/** The node with one more pod on it, which has not ended. */
export const withPod = (info: NodeInfo, pod: Stored<Pod>): NodeInfo => {
  const requests = requestsOf(pod)
  const ports = hostPortsOf(pod)
  return {
    ...info,
    pods: [...info.pods, pod],
    requested: plus(info.requested, requests.exact),
    assumed: plus(info.assumed, requests.assumed),
    hostPorts: ports.length === 0 ? info.hostPorts : [...info.hostPorts, ...ports],
    withPodAffinity: hasPodAffinity(pod) ? [...info.withPodAffinity, pod] : info.withPodAffinity,
  }
}

/** The node with these pods on it. */
export const infoOf = (node: Stored<Node>, pods: readonly Stored<Pod>[]): NodeInfo => ({
  ...loadOf(pods),
  ...ownOf(node),
})
