import { millisecondsOf } from '@periplus/api'
import type { Stored } from '@periplus/api'
import { isPodAvailable, isPodTerminated, nodeMisfit, Node, untoleratedTaint } from '@periplus/kinds'
import type { DaemonSet, Pod } from '@periplus/kinds'
import type { EventDraft, Moment } from '@periplus/controller'
import type { Cut } from '@periplus/projection'
import { revisionLabel } from '../history/revisions.ts'
import { daemonSpec, targetNode } from './new-pod.ts'

/** Whether a node gets a pod, and whether one that runs there stays. */
export interface Verdict {
  readonly runs: boolean
  readonly stays: boolean
}

/** Room is no matter: the pod then waits for it. A taint that came later ends a pod only where its effect is NoExecute. */
export const verdictOn = (set: Stored<DaemonSet>): ((node: Node) => Verdict) => {
  const spec = daemonSpec(set)
  const pod: Pod = { metadata: {}, ...(spec ? { spec } : {}) }
  return node => {
    const misfit = nodeMisfit(pod, node)
    if (!misfit) return { runs: true, stays: true }
    if (misfit.tag !== 'TaintToleration') return { runs: false, stays: false }
    return { runs: false, stays: untoleratedTaint(spec?.tolerations, node.spec?.taints, ['NoExecute']) === undefined }
  }
}

/** A DaemonSet, its nodes and its pods at one moment. */
export interface Daemons {
  readonly set: Stored<DaemonSet>
  readonly moment: Moment
  /** Label of the pods that are up to date. */
  readonly hash: string
  /** Those that live, in name order. */
  readonly nodes: readonly Stored<Node>[]
  /** Of a node that is gone: neither. */
  readonly verdict: (nodeName: string) => Verdict
  /** By node, oldest first, without those that have ended and are on their way out. */
  readonly pods: ReadonlyMap<string, readonly Stored<Pod>[]>
}

const gone: Verdict = { runs: false, stays: false }

export const observeDaemons = (
  cut: Cut,
  set: Stored<DaemonSet>,
  claimed: readonly Stored<Pod>[],
  hash: string,
  moment: Moment,
): Daemons => {
  const nodes = cut.list(Node)
  const judge = verdictOn(set)
  const verdicts = new Map(nodes.map(node => [node.metadata.name, judge(node)]))
  return { set, moment, hash, nodes, verdict: name => verdicts.get(name) ?? gone, pods: byNode(claimed) }
}

const byNode = (claimed: readonly Stored<Pod>[]): ReadonlyMap<string, readonly Stored<Pod>[]> => {
  const pods = new Map<string, Stored<Pod>[]>()
  for (const pod of claimed) {
    if (isPodTerminated(pod) && pod.metadata.deletionTimestamp !== undefined) continue
    const node = targetNode(pod)
    if (node === undefined) continue
    const there = pods.get(node)
    if (there) there.push(pod)
    else pods.set(node, [pod])
  }
  for (const there of pods.values()) there.sort(oldestFirst)
  return pods
}

/** Scheduled ones before others, then by age, then by name. */
const oldestFirst = (a: Stored<Pod>, b: Stored<Pod>): number =>
  Number(Boolean(b.spec?.nodeName)) - Number(Boolean(a.spec?.nodeName)) ||
  bornAt(a) - bornAt(b) ||
  (a.metadata.name < b.metadata.name ? -1 : 1)

/** Milliseconds since the epoch. */
export const bornAt = ({ metadata }: Stored<Pod>): number => millisecondsOf(metadata.creationTimestamp) ?? 0

export const isUpToDate = ({ metadata }: Stored<Pod>, hash: string): boolean =>
  metadata.labels?.[revisionLabel] === hash

export const isAvailable = ({ set, moment }: Daemons, pod: Stored<Pod>): boolean =>
  isPodAvailable(pod, set.spec?.minReadySeconds ?? 0, moment.now)

/** A pod that is to be made. */
export interface Wanted {
  readonly node: string
  readonly failures: number
}

/** What is to be done about the pods. */
export interface Changes {
  readonly make: readonly Wanted[]
  readonly remove: readonly Stored<Pod>[]
  readonly drafts: readonly EventDraft[]
  /** Milliseconds until something that has to wait is due. */
  readonly waits: readonly number[]
}

export const noChanges: Changes = { make: [], remove: [], drafts: [], waits: [] }

export const together = (all: readonly Changes[]): Changes => ({
  make: all.flatMap(({ make }) => make),
  remove: all.flatMap(({ remove }) => remove),
  drafts: all.flatMap(({ drafts }) => drafts),
  waits: all.flatMap(({ waits }) => waits),
})
