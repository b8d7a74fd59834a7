import { keptByName } from '../kept.ts'
import type { NodeInfo } from '../node-info.ts'
import { changedBetween, originOf } from '../node-lists.ts'
import { Sums } from './sums.ts'

/** What is summed up over nodes. */
export interface Meaning {
  /** Equal for what means the same: it says all that `on` depends on but the node and the basis. */
  readonly id: string
  readonly topologyKey: string
  /** The list of a cut that the answer depends on besides; absent: on none. */
  readonly basis?: readonly unknown[] | undefined
  /** For how much a node counts; `undefined`: it is part of no domain. */
  readonly on: (node: NodeInfo) => number | undefined
}

interface Kept {
  readonly basis: readonly unknown[] | undefined
  readonly sums: Sums
  /** The list that the sums are of. */
  nodes: readonly NodeInfo[]
}

/** So many meanings are kept. */
const known = keptByName<Kept>(128)

const counted = (nodes: readonly NodeInfo[], { topologyKey, on }: Meaning): Sums => {
  const sums = new Sums(topologyKey)
  for (const node of nodes) sums.add(node, on(node))
  return sums
}

/** Of one list after another, which mostly differ in the node of one pod: only nodes that differ are counted anew. */
const keptSums = (source: object, nodes: readonly NodeInfo[], meaning: Meaning): Sums => {
  const { id, topologyKey, basis, on } = meaning
  const name = `${topologyKey} ${id}`
  const kept = known.get(source, name)
  if (kept && kept.basis === basis && kept.nodes.length === nodes.length) {
    changedBetween(kept.nodes, nodes, (before, after) => {
      kept.sums.remove(before, on(before))
      kept.sums.add(after, on(after))
    })
    kept.nodes = nodes
    return kept.sums
  }
  const made: Kept = { basis, sums: counted(nodes, meaning), nodes }
  known.set(source, name, made)
  return made.sums
}

/** The sums of a meaning over nodes; they hold until the next list of nodes is asked about. */
export const tallyOf = (nodes: readonly NodeInfo[], meaning: Meaning): Sums => {
  const { source, real, instead } = originOf(nodes)
  if (!source) return counted(nodes, meaning)
  const sums = keptSums(source, real, meaning)
  if (instead.size === 0) return sums
  const imagined = new Sums(meaning.topologyKey, sums)
  for (const [before, after] of instead) {
    imagined.remove(before, meaning.on(before))
    imagined.add(after, meaning.on(after))
  }
  return imagined
}
