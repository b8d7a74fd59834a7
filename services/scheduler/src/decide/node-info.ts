import type { Stored } from '@periplus/api'
import type { Pod } from '@periplus/kinds'
import { Node, isPodTerminated } from '@periplus/kinds'
import { podsOnNode } from '@periplus/projection'
import type { Cut } from '@periplus/projection'
import { hostPortsOf } from './host-ports.ts'
import type { HostPort } from './host-ports.ts'
import { add, amountsOf, requestsOf } from './requests.ts'
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
}

const hasPodAffinity = ({ spec }: Pod): boolean =>
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

const allocatables = new WeakMap<Node, Amounts>()

const allocatableOf = (node: Stored<Node>): Amounts => {
  const known = allocatables.get(node)
  if (known) return known
  const made = amountsOf(node.status?.allocatable ?? node.status?.capacity)
  allocatables.set(node, made)
  return made
}

/** The node with these pods on it. */
export const infoOf = (node: Stored<Node>, pods: readonly Stored<Pod>[]): NodeInfo => ({
  ...loadOf(pods),
  node,
  name: node.metadata.name,
  labels: node.metadata.labels ?? {},
  allocatable: allocatableOf(node),
})

/** What was made of a list of nodes: the lists of their pods, and what each came to. */
interface Made {
  readonly pods: (readonly Stored<Pod>[] | undefined)[]
  readonly infos: NodeInfo[]
}

/** By the cut's list of nodes, which is the same array while no node changes, as the list of a node's pods is. */
const made = new WeakMap<readonly Stored<Node>[], Made>()

/** Every node, in name order. Of a thousand nodes a placement changes one, so the others are as they were. */
export const nodeInfos = (cut: Cut): readonly NodeInfo[] => {
  const nodes = cut.list(Node)
  let known = made.get(nodes)
  if (!known) made.set(nodes, (known = { pods: [], infos: [] }))
  const { pods, infos } = known
  for (let i = 0; i < nodes.length; i++) {
    const node = nodes[i] as Stored<Node>
    const now = cut.by(podsOnNode, node.metadata.name)
    if (pods[i] === now) continue
    pods[i] = now
    infos[i] = infoOf(node, now)
  }
  return infos.slice()
}
