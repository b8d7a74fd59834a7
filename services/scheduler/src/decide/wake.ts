import { deepEqual } from '@periplus/api'
import type { Stored } from '@periplus/api'
import { keyOf } from '@periplus/controller'
import type { Key, Watch } from '@periplus/controller'
import { Node, Pod, isPodTerminated } from '@periplus/kinds'
import type { PodStatus } from '@periplus/kinds'
import { podsOnNode } from '@periplus/projection'
import type { Cut, Index } from '@periplus/projection'
import { infoOf } from './node-info.ts'
import { nominatedPods } from './nominated.ts'
import { checkOf } from './check.ts'
import { wishOf } from './wish.ts'
import { nodeAffinity, nodeUnschedulable, taintToleration } from './filters/node.ts'
import { nodePorts, nodeResourcesFit } from './filters/room.ts'

/** What can be said of a node by itself. */
const local = [nodeUnschedulable, taintToleration, nodeAffinity, nodePorts, nodeResourcesFit]

/** Pods that a decision found no node for, all under one key: whatever comes to a node asks for them, and most pods are none of them. */
const podsRefused: Index<Pod> = {
  kind: Pod,
  keysOf: one => {
    if (one.references.nodeName !== '') return []
    const conditions = one.member('status', 'conditions') as PodStatus['conditions']
    return conditions?.some(({ type, status }) => type === 'PodScheduled' && status === 'False') ? [''] : []
  },
}

const waitingPods = (cut: Cut): readonly Stored<Pod>[] => cut.by(podsRefused, '')

/** The waiting pods that this node would do for, so far as it is the node's own affair. */
const hopefulFor = (cut: Cut, nodeName: string): readonly Key[] => {
  const node = cut.get(Node, '', nodeName)
  if (!node || waitingPods(cut).length === 0) return []
  const info = infoOf(node, cut.by(podsOnNode, nodeName))
  const wouldDo = (pod: Stored<Pod>): boolean => checkOf(local, { cut, pod, nodes: [info] })(info, 0) === undefined
  const answers = new Map<string, boolean>()
  return waitingPods(cut)
    .filter(pod => {
      // What is promised to a pod is kept from the others only.
      if (pod.status?.nominatedNodeName === nodeName) return wouldDo(pod)
      const wish = wishOf(pod)
      const answer = answers.get(wish) ?? wouldDo(pod)
      answers.set(wish, answer)
      return answer
    })
    .map(keyOf)
}

/** A node that came, or can take what it couldn't. Heartbeats wake nobody. */
export const nodeWatch: Watch = {
  kind: Node,
  keys: ({ before, after }, cut) => {
    if (!after) return []
    const [was, is] = [before as Stored<Node> | undefined, after as Stored<Node>]
    const relevant =
      was === undefined ||
      !deepEqual(was.spec, is.spec) ||
      !deepEqual(was.metadata.labels, is.metadata.labels) ||
      !deepEqual(was.status?.allocatable, is.status?.allocatable)
    return relevant ? hopefulFor(cut, is.metadata.name) : []
  },
}

/** Pods for which room was to be made there: where it went to somebody else, or came, they must look again. */
const promisedTo = (cut: Cut, nodeName: string): readonly Key[] => (nominatedPods(cut).get(nodeName) ?? []).map(keyOf)

/** The node that was promised to it, where it is no more. */
const givenUp = (was: Pod | undefined, is: Pod | undefined): string | undefined => {
  const node = was?.spec?.nodeName ? undefined : was?.status?.nominatedNodeName
  const stands = is?.spec?.nodeName === node || (!is?.spec?.nodeName && is?.status?.nominatedNodeName === node)
  return stands && is?.metadata?.deletionTimestamp === undefined ? undefined : node
}

/**
 * A pod that left its node, or gave up a node that was promised to it, makes room there; one that came, or changed its labels, may be
 * company that others wait for.
 */
export const podWatch: Watch = {
  kind: Pod,
  keys: ({ before, after }, cut) => {
    const was = before as Stored<Pod> | undefined
    const is = after as Stored<Pod> | undefined
    const node = was?.spec?.nodeName
    if (was && node && (!is || (isPodTerminated(is) && !isPodTerminated(was))))
      return [...hopefulFor(cut, node), ...promisedTo(cut, node)]
    const room = givenUp(was, is)
    const hopeful = room ? hopefulFor(cut, room) : []
    if (!is?.spec?.nodeName) return hopeful
    const joined = !node || !deepEqual(was?.metadata.labels, is.metadata.labels)
    const mindful = joined ? waitingPods(cut).filter(minds).map(keyOf) : []
    return [...hopeful, ...(node ? [] : promisedTo(cut, is.spec.nodeName)), ...mindful]
  },
}

/** Where other pods are matters to it. */
const minds = ({ spec }: Pod): boolean =>
  spec?.affinity?.podAffinity !== undefined ||
  spec?.affinity?.podAntiAffinity !== undefined ||
  spec?.topologySpreadConstraints !== undefined
