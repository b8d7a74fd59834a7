import type { Stored } from '@periplus/api'
import { Pod, podClaims } from '@periplus/kinds'
import type { Cut, Index } from '@periplus/projection'
import { hasPodAffinity, withPod } from './node-info.ts'
import type { NodeInfo } from './node-info.ts'
import { nodeNamed } from './node-lists.ts'
import type { Question } from './plugin.ts'
import { priorityOf } from './priority.ts'

type ByNode = ReadonlyMap<string, readonly Stored<Pod>[]>

/** Pods without a node for which room is being made on one (`status.nominatedNodeName`), all under one key. */
export const podsPromised: Index<Pod> = {
  kind: Pod,
  keysOf: one => (one.references.nodeName === '' && one.member('status', 'nominatedNodeName') ? [''] : []),
}

/** By the cut's list of them, which stays the same array while none changes. */
const known = new WeakMap<readonly Stored<Pod>[], ByNode>()

/** Those pods by that node. */
export const nominatedPods = (cut: Cut): ByNode => {
  const promised = cut.by(podsPromised, '')
  const found = known.get(promised)
  if (found) return found
  const byNode = new Map<string, Stored<Pod>[]>()
  for (const pod of promised) {
    const node = pod.status?.nominatedNodeName
    if (!node || pod.metadata.deletionTimestamp !== undefined) continue
    byNode.set(node, [...(byNode.get(node) ?? []), pod])
  }
  known.set(promised, byNode)
  return byNode
}

/** Whether their coming may matter to other nodes than theirs: by whom they would have near them, or by claims. */
export const areParticular = (cut: Cut): boolean => {
  for (const pods of nominatedPods(cut).values())
    if (pods.some(pod => hasPodAffinity(pod) || podClaims(pod).length > 0)) return true
  return false
}

/** The pods to which room on a node is promised, and that matter as much as the pod in question, or more. */
export const comingTo = ({ cut, pod }: Pick<Question, 'cut' | 'pod'>, node: NodeInfo): readonly Stored<Pod>[] => {
  const promised = nominatedPods(cut).get(node.name)
  if (!promised) return none
  return promised.filter(
    other =>
      other.metadata.uid !== pod.metadata.uid &&
      priorityOf(other) >= priorityOf(pod) &&
      // In a round it may have been placed already.
      !node.pods.some(({ metadata }) => metadata.uid === other.metadata.uid),
  )
}

const none: readonly never[] = []

/** Whether these are the same pods, as they were. */
export const areSame = (some: readonly Stored<Pod>[], others: readonly Stored<Pod>[]): boolean =>
  some.length === others.length && some.every((pod, i) => pod === others[i])

interface Expecting {
  readonly coming: readonly Stored<Pod>[]
  readonly full: NodeInfo
}

/** By the node as it is: many pods ask about it before any of these has come. */
const expecting = new WeakMap<NodeInfo, Expecting>()

/** The node with them on it. */
export const withComing = (node: NodeInfo, coming: readonly Stored<Pod>[]): NodeInfo => {
  const before = expecting.get(node)
  if (before && areSame(before.coming, coming)) return before.full
  const full = coming.reduce(withPod, node)
  expecting.set(node, { coming, full })
  return full
}

/** The nodes to which such pods are to come, as they will be then, by the node as it is. */
export const asPromised = (question: Question): ReadonlyMap<NodeInfo, NodeInfo> => {
  const promised = new Map<NodeInfo, NodeInfo>()
  for (const name of nominatedPods(question.cut).keys()) {
    const node = nodeNamed(question.nodes, name)
    const coming = node ? comingTo(question, node) : none
    if (node && coming.length > 0) promised.set(node, withComing(node, coming))
  }
  return promised
}
