import type { Stored } from '@periplus/api'
import type { Pod } from '@periplus/kinds'
import { podsOnNode } from '@periplus/projection'
import type { Cut } from '@periplus/projection'
import { infoOf } from './node-info.ts'
import type { NodeInfo } from './node-info.ts'
import type { Question } from './plugin.ts'
import { priorityOf } from './priority.ts'

type ByNode = ReadonlyMap<string, readonly Stored<Pod>[]>

/** By the cut's list of pods without a node, which stays the same array while none changes. */
const known = new WeakMap<readonly Stored<Pod>[], ByNode>()

/** Pods without a node by the one on which room is being made for them (`status.nominatedNodeName`). */
export const nominatedPods = (cut: Cut): ByNode => {
  const waiting = cut.by(podsOnNode, '')
  const found = known.get(waiting)
  if (found) return found
  const byNode = new Map<string, Stored<Pod>[]>()
  for (const pod of waiting) {
    const node = pod.status?.nominatedNodeName
    if (!node || pod.metadata.deletionTimestamp !== undefined) continue
    byNode.set(node, [...(byNode.get(node) ?? []), pod])
  }
  known.set(waiting, byNode)
  return byNode
}

/**
 * The nodes as they will be when the pods that were promised room there have come: those that matter as much as the pod in
 * question, or more. By the node as it is; empty where nothing is promised.
 */
export const asPromised = ({ cut, pod, nodes }: Question): ReadonlyMap<NodeInfo, NodeInfo> => {
  const byNode = nominatedPods(cut)
  const promised = new Map<NodeInfo, NodeInfo>()
  if (byNode.size === 0) return promised
  for (const node of nodes) {
    const coming = (byNode.get(node.name) ?? []).filter(
      other =>
        other.metadata.uid !== pod.metadata.uid &&
        priorityOf(other) >= priorityOf(pod) &&
        // In a round it may have been placed already.
        !node.pods.some(({ metadata }) => metadata.uid === other.metadata.uid),
    )
    if (coming.length > 0) promised.set(node, infoOf(node.node, [...node.pods, ...coming]))
  }
  return promised
}
