import { toJson, millisecondsOf } from '@periplus/api'
import type { Stored } from '@periplus/api'
import { keyOf, recordEvents } from '@periplus/controller'
import type { Controller, Decision, Key, Moment } from '@periplus/controller'
import { Node, Pod, getCondition, tolerates } from '@periplus/kinds'
import type { Taint } from '@periplus/kinds'
import { podsOnNode } from '@periplus/projection'
import type { Cut } from '@periplus/projection'
import { disrupt } from '../pods/disrupt.ts'

const noExecute = (node: Stored<Node> | undefined): readonly Taint[] =>
  (node?.spec?.taints ?? []).filter(({ effect }) => effect === 'NoExecute')

/** So long a pod may be on a node that it cannot stay on: whoever makes the next one in its place would otherwise do nothing else. */
const leastMilliseconds = 5_000

const bornAt = ({ metadata }: Stored<Pod>): number => millisecondsOf(metadata.creationTimestamp) ?? 0

/** Since when it has been on its node. */
const boundAt = (pod: Stored<Pod>): number => {
  const scheduled = getCondition(pod.status?.conditions, 'PodScheduled')
  return (scheduled?.status === 'True' ? millisecondsOf(scheduled.lastTransitionTime) : undefined) ?? bornAt(pod)
}

/** When a pod must go for these taints, in milliseconds since the epoch; `Infinity` for never. */
const dueAt = (taints: readonly Taint[], pod: Stored<Pod>, now: number): number => {
  const tolerations = pod.spec?.tolerations ?? []
  const since = boundAt(pod)
  const moments = taints.map(taint => {
    const fitting = tolerations.filter(toleration => tolerates(toleration, taint))
    if (fitting.length === 0) return now
    const bounded = fitting.flatMap(({ tolerationSeconds: seconds }) =>
      seconds === undefined ? [] : [Number(seconds)],
    )
    if (bounded.length === 0) return Infinity
    // A taint may have been there long before the pod.
    return Math.max(since, millisecondsOf(taint.timeAdded) ?? now) + Math.max(0, Math.min(...bounded)) * 1000
  })
  return Math.max(bornAt(pod) + leastMilliseconds, Math.min(Infinity, ...moments))
}

const decide = (cut: Cut, key: Key, { now }: Moment): Decision => {
  const pod = cut.get(Pod, key.namespace, key.name)
  const name = pod?.spec?.nodeName
  if (!pod || !name) return { commands: [], why: 'it is on no node' }
  if (pod.metadata.deletionTimestamp !== undefined) return { commands: [], why: 'it is being deleted already' }
  const taints = noExecute(cut.get(Node, '', name))
  if (taints.length === 0) return { commands: [], why: `nothing drives it from ${name}` }
  const named = taints.map(taint => taint.key).join(', ')
  const due = dueAt(taints, pod, now)
  if (due === Infinity) return { commands: [], why: `it tolerates ${named}` }
  if (due > now)
    return {
      commands: [],
      requeueAfter: due - now,
      why: `it stays for ${Math.ceil((due - now) / 1000)} s more, though there is ${named}`,
    }
  return {
    commands: [
      ...disrupt(pod, 'DeletionByTaintManager', 'Taint manager: deleting due to NoExecute taint', now),
      ...recordEvents(cut, now, 'taint-eviction-controller', [
        {
          regarding: pod,
          type: 'Normal',
          reason: 'TaintManagerEviction',
          message: `Marking for deletion Pod ${key.namespace}/${key.name}`,
        },
      ]),
    ],
    why: `it does not tolerate ${named} on ${name}`,
  }
}

const wish = (pod: Stored<Pod> | undefined): string => toJson([pod?.spec?.nodeName, pod?.spec?.tolerations])

/** Evicts pods from nodes with NoExecute taints, at once or when their toleration has run out. */
export const taintEvictionController: Controller = {
  name: 'tainteviction',
  version: 2,
  primary: Pod,
  wakesItself: ({ before, after }, cut) => {
    const pod = after as Stored<Pod> | undefined
    if (!pod?.spec?.nodeName || wish(before as Stored<Pod> | undefined) === wish(pod)) return false
    return noExecute(cut.get(Node, '', pod.spec.nodeName)).length > 0
  },
  startingKeys: cut =>
    cut
      .list(Node)
      .filter(node => noExecute(node).length > 0)
      .flatMap(node => cut.by(podsOnNode, node.metadata.name).map(keyOf)),
  watches: [
    {
      kind: Node,
      keys: ({ before, after }, cut) => {
        const taints = (node: unknown): string => toJson(noExecute(node as Stored<Node> | undefined))
        return after && taints(before) !== taints(after) ? cut.by(podsOnNode, after.metadata.name).map(keyOf) : []
      },
    },
  ],
  decide,
}
