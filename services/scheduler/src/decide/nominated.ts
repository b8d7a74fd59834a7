import type { Stored } from '@periplus/api'
import { Pod } from '@periplus/kinds'
import type { Cut, Index } from '@periplus/projection'
import { infoOf } from './node-info.ts'
import type { NodeInfo } from './node-info.ts'
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

/**
 * The node as it will be when the pods that were promised room there have come: those that matter as much as the pod in question, or
 * more. `undefined` where none is to come.
 */
export const promisedOn = ({ cut, pod }: Pick<Question, 'cut' | 'pod'>, node: NodeInfo): NodeInfo | undefined => {
  const coming = nominatedPods(cut)
    .get(node.name)
    ?.filter(
      other =>
        other.metadata.uid !== pod.metadata.uid &&
        priorityOf(other) >= priorityOf(pod) &&
        // In a round it may have been placed already.
        !node.pods.some(({ metadata }) => metadata.uid === other.metadata.uid),
    )
  return coming && coming.length > 0 ? withComing(node, coming) : undefined
}

interface Expecting {
  readonly coming: readonly Stored<Pod>[]
  readonly full: NodeInfo
}

/** By the node as it is: many pods ask about it before any of these has come. */
const expecting = new WeakMap<NodeInfo, Expecting>()

const withComing = (node: NodeInfo, coming: readonly Stored<Pod>[]): NodeInfo => {
  const before = expecting.get(node)
  if (before?.coming.length === coming.length && before.coming.every((pod, i) => pod === coming[i])) return before.full
  const full = infoOf(node.node, [...node.pods, ...coming])
  expecting.set(node, { coming, full })
  return full
}

/** The nodes to which pods are to come, by the node as it is. */
export const asPromised = (question: Question): ReadonlyMap<NodeInfo, NodeInfo> => {
  const promised = new Map<NodeInfo, NodeInfo>()
  if (nominatedPods(question.cut).size === 0) return promised
  for (const node of question.nodes) {
    const full = promisedOn(question, node)
    if (full) promised.set(node, full)
  }
  return promised
}
