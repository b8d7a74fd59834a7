import type { Stored } from '@periplus/api'
import { Pod } from '@periplus/kinds'
import type { Node } from '@periplus/kinds'
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
  readonly choosy: readonly Stored<Pod>[]
}

/** A node as the scheduler sees it. */
export interface NodeInfo extends Load {
  readonly node: Stored<Node>
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly allocatable: Amounts
}

const hasEnded = ({ status }: Pod): boolean => status?.phase === 'Succeeded' || status?.phase === 'Failed'

const isChoosy = ({ spec }: Pod): boolean =>
  spec?.affinity?.podAffinity !== undefined || spec?.affinity?.podAntiAffinity !== undefined

export const loadOf = (all: readonly Stored<Pod>[]): Load => {
  const pods = all.filter(pod => !hasEnded(pod))
  const requested = new Map<string, number>()
  const assumed = new Map<string, number>()
  for (const pod of pods) {
    const requests = requestsOf(pod)
    add(requested, requests.exact)
    add(assumed, requests.assumed)
  }
  return { pods, requested, assumed, hostPorts: pods.flatMap(hostPortsOf), choosy: pods.filter(isChoosy) }
}

/** By the cut's list of a node's pods, which is the same array while nothing in it changes. */
const loads = new WeakMap<readonly Stored<Pod>[], Load>()
const allocatables = new WeakMap<Node, Amounts>()
const infos = new WeakMap<Load, NodeInfo>()

const remembered = <K extends object, V>(memory: WeakMap<K, V>, key: K, make: () => V): V => {
  const known = memory.get(key)
  if (known !== undefined) return known
  const made = make()
  memory.set(key, made)
  return made
}

/** Nodes without pods have lists of their own, so that their loads don't get mixed up. */
export const nodeInfo = (cut: Cut, node: Stored<Node>): NodeInfo => {
  const pods = cut.onNode(Pod, node.metadata.name)
  const load = remembered(loads, pods, () => loadOf(pods))
  const known = infos.get(load)
  return known?.node === node ? known : withLoad(node, load)
}

/** The node as it would be with other pods on it. */
export const withLoad = (node: Stored<Node>, load: Load): NodeInfo => {
  const info = {
    ...load,
    node,
    name: node.metadata.name,
    labels: node.metadata.labels ?? {},
    allocatable: remembered(allocatables, node, () => amountsOf(node.status?.allocatable ?? node.status?.capacity)),
  }
  infos.set(load, info)
  return info
}
