import type { Stored } from '@periplus/api'
import { Node, Pod } from '@periplus/kinds'
import { podsOnNode } from '@periplus/projection'
import type { Cut } from '@periplus/projection'
import { assumedPods } from './assume.ts'
import { infoOf } from './node-info.ts'
import type { NodeInfo } from './node-info.ts'
import { comesFrom } from './node-lists.ts'

type Pods = readonly Stored<Pod>[]

/** What was made of a list of nodes: the lists of their pods, and what each came to. */
interface Made {
  readonly nodes: readonly Stored<Node>[]
  readonly at: ReadonlyMap<string, number>
  readonly pods: (Pods | undefined)[]
  readonly infos: NodeInfo[]
  /** Where nodes are that are not as they were when they were last looked at. */
  readonly changed: Set<number>
  /** The cut's list of all pods when they were last looked at, and where it had more pods assumed since. */
  all: Pods
  assumed: ReadonlySet<number>
}

/** The lists of nodes that follow one another; what is made of one is made of the one before it. */
interface Succession {
  last: Made
}

/** By the cut's list of nodes, which is the same array while no node changes. */
const made = new WeakMap<readonly Stored<Node>[], Made>()

/** By the nodes, of which most stay the same when one changes. */
const successions = new WeakMap<Stored<Node>, Succession>()

const fresh = (nodes: readonly Stored<Node>[]): Made => ({
  nodes,
  at: new Map(nodes.map(({ metadata }, i) => [metadata.name, i])),
  ...{ pods: [], infos: [], changed: new Set(nodes.keys()), all: [], assumed: new Set<number>() },
})

/** The same of nodes of the same names, of which some have changed. */
const following = (before: Made, nodes: readonly Stored<Node>[]): Made | undefined => {
  if (before.nodes.length !== nodes.length) return undefined
  const changed = new Set(before.changed)
  for (let i = 0; i < nodes.length; i++) {
    const [was, is] = [before.nodes[i] as Stored<Node>, nodes[i] as Stored<Node>]
    if (was === is) continue
    if (was.metadata.name !== is.metadata.name) return undefined
    changed.add(i)
  }
  return { ...before, nodes, pods: [...before.pods], infos: [...before.infos], changed }
}

const successionOf = (nodes: readonly Stored<Node>[]): Succession | undefined => {
  for (const node of nodes) {
    const found = successions.get(node)
    if (found) return found
  }
  return undefined
}

const makingOf = (nodes: readonly Stored<Node>[]): { readonly known: Made; readonly succession: Succession } => {
  const known = made.get(nodes)
  const before = successionOf(nodes)
  if (known && before?.last === known) return { known, succession: before }
  const begun = (before && following(before.last, nodes)) ?? fresh(nodes)
  const succession = before ?? { last: begun }
  succession.last = begun
  for (const node of nodes) if (!successions.has(node)) successions.set(node, succession)
  made.set(nodes, begun)
  return { known: begun, succession }
}

/** Each pod that is in one of the lists alone; where one stands elsewhere in the other, perhaps that one, too. */
const differing = function* (before: Pods, after: Pods): Generator<Stored<Pod>> {
  if (before === after) return
  let [i, j] = [0, 0]
  while (i < before.length && j < after.length) {
    const [was, is] = [before[i] as Stored<Pod>, after[j] as Stored<Pod>]
    const order = was === is ? 0 : orderOf(was, is)
    if (was !== is && order <= 0) yield was
    if (was !== is && order >= 0) yield is
    if (order <= 0) i++
    if (order >= 0) j++
  }
  yield* before.slice(i)
  yield* after.slice(j)
}

/** As lists are ordered. */
const orderOf = ({ metadata: a }: Stored<Pod>, { metadata: b }: Stored<Pod>): number => {
  const [inA, inB] = [a.namespace ?? '', b.namespace ?? '']
  if (inA !== inB) return inA < inB ? -1 : 1
  return a.name === b.name ? 0 : a.name < b.name ? -1 : 1
}

/**
 * Every node, in name order. Of thousands a placement changes one: only those are looked at that have changed, or of which a pod has, or
 * that have pods assumed.
 */
export const nodeInfos = (cut: Cut): readonly NodeInfo[] => {
  const { known, succession } = makingOf(cut.list(Node))
  const { nodes, at, pods, infos, changed } = known
  const placeOf = ({ spec }: Stored<Pod>): number | undefined => at.get(spec?.nodeName ?? '')
  const all = cut.list(Pod)
  const assumed = new Set(cut.by(assumedPods, '').flatMap(pod => placeOf(pod) ?? []))
  const touched = new Set([...known.assumed, ...assumed])
  for (const pod of differing(known.all, all)) {
    const i = placeOf(pod)
    if (i !== undefined) touched.add(i)
  }
  for (const i of changed) pods[i] = undefined
  for (const i of new Set([...changed, ...touched])) {
    const node = nodes[i] as Stored<Node>
    const now = cut.by(podsOnNode, node.metadata.name)
    if (pods[i] === now) continue
    pods[i] = now
    infos[i] = infoOf(node, now)
  }
  changed.clear()
  known.all = all
  known.assumed = assumed
  const found = infos.slice()
  comesFrom(found, succession)
  return found
}
