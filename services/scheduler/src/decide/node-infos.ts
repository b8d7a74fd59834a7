import type { Stored } from '@periplus/api'
import { Node } from '@periplus/kinds'
import type { Pod } from '@periplus/kinds'
import { Journal } from '@periplus/prelude'
import { podsOnNode } from '@periplus/projection'
import type { Cut, IndexMark } from '@periplus/projection'
import { assumedPods } from './assume.ts'
import { infoOf } from './node-info.ts'
import type { NodeInfo } from './node-info.ts'
import { comesFrom } from './node-lists.ts'

type Pods = readonly Stored<Pod>[]

/** What was made of a list of nodes: the lists of their pods, and what each came to. */
interface Made {
  readonly nodes: readonly Stored<Node>[]
  readonly places: ReadonlyMap<string, number>
  readonly pods: (Pods | undefined)[]
  readonly infos: NodeInfo[]
  /** Where these came to something else, since there are nodes of these names. */
  readonly changes: Journal<number>
  /** Where nodes are that are not as they were when they were last looked at. */
  readonly changed: Set<number>
  /** How far pods' changes had come when all were as they are, the cut's sequence then, and where pods were assumed. */
  mark: IndexMark | undefined
  at: Cut['sequence']
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

/** Between so many and twice as many of the last changes are known. */
const keptChanges = 4_096

const fresh = (nodes: readonly Stored<Node>[]): Made => ({
  nodes,
  places: new Map(nodes.map(({ metadata }, i) => [metadata.name, i])),
  changes: new Journal(keptChanges),
  ...{ pods: [], infos: [], changed: new Set(nodes.keys()), mark: undefined, at: -1, assumed: new Set<number>() },
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
  return { ...before, nodes, pods: [...before.pods], infos: [...before.infos], changed, at: -1 }
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

/**
 * Every node, in name order. Only those are looked at whose list of pods has changed since, or that have pods assumed: there are ten times as
 * many pods, and a list of all of them would be made anew for every event. Where a cut does not tell of changes, at the next sequence each
 * node's list is held against the one before.
 */
export const nodeInfos = (cut: Cut): readonly NodeInfo[] => {
  const { known, succession } = makingOf(cut.list(Node))
  const { nodes, places, pods, infos, changes, changed } = known
  const assumed = new Set(cut.by(assumedPods, '').flatMap(({ spec }) => places.get(spec?.nodeName ?? '') ?? []))
  const told = cut.changedKeys(podsOnNode, known.mark)
  for (const i of changed) pods[i] = undefined
  const look = (i: number): void => {
    const node = nodes[i] as Stored<Node>
    const now = cut.by(podsOnNode, node.metadata.name)
    if (pods[i] === now) return
    pods[i] = now
    infos[i] = infoOf(node, now)
    changes.note(i)
  }
  const isUnknown = told ? told.keys === undefined : known.at !== cut.sequence
  const there = [...(told?.keys ?? [])].flatMap(name => places.get(name) ?? [])
  new Set(isUnknown ? nodes.keys() : [...changed, ...there, ...known.assumed, ...assumed]).forEach(look)
  changed.clear()
  known.mark = told?.mark
  known.at = cut.sequence
  known.assumed = assumed
  const found = infos.slice()
  comesFrom(found, succession, { places, changes, at: changes.length })
  return found
}
