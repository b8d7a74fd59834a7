import type { Journal } from '@periplus/prelude'
import type { NodeInfo } from './node-info.ts'

type Instead = ReadonlyMap<NodeInfo, NodeInfo>

/** How lists of as many nodes of the same names follow one another. */
export interface Making {
  /** Where each stands, by name. */
  readonly places: ReadonlyMap<string, number>
  /** Where there was another one in the next list, list after list, and how far that had come when this one was made. */
  readonly changes: Journal<number>
  readonly at: number
}

/** Where a list of nodes comes from. */
interface Origin {
  /** The same for all lists of the nodes of one cut, as it goes on; absent for a list that was made up. */
  readonly source: object | undefined
  /** The nodes as they are. */
  readonly real: readonly NodeInfo[]
  /** Those that others stand in the place of, in thought. */
  readonly instead: Instead
  readonly made?: Making | undefined
}

const none: Instead = new Map<NodeInfo, NodeInfo>()

const known = new WeakMap<readonly NodeInfo[], Origin>()

export const originOf = (nodes: readonly NodeInfo[]): Origin =>
  known.get(nodes) ?? { source: undefined, real: nodes, instead: none }

/** Says where a list comes from, so that what was made of the list before it can be brought up to date. */
export const comesFrom = (nodes: readonly NodeInfo[], source: object, made?: Making): void =>
  void known.set(nodes, { source, real: nodes, instead: none, made })

/** Where a node of this name stands in nodes in name order, or would. */
const placeOf = (nodes: readonly NodeInfo[], name: string): number => {
  let [low, high] = [0, nodes.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((nodes[middle] as NodeInfo).name < name) low = middle + 1
    else high = middle
  }
  return low
}

/** Where the node of this name stands in nodes in name order; `undefined` where there is none. */
export const placeNamed = (nodes: readonly NodeInfo[], name: string): number | undefined => {
  const places = known.get(nodes)?.made?.places
  if (places) return places.get(name)
  const place = placeOf(nodes, name)
  return nodes[place]?.name === name ? place : undefined
}

/** Likewise the node. */
export const nodeNamed = (nodes: readonly NodeInfo[], name: string): NodeInfo | undefined =>
  nodes[placeNamed(nodes, name) ?? -1]

const replaced = (nodes: readonly NodeInfo[], others: Instead): readonly NodeInfo[] => {
  const copy = nodes.slice()
  for (const [was, is] of others) {
    const i = placeNamed(nodes, was.name) ?? -1
    if (copy[i] === was) copy[i] = is
  }
  return copy
}

/** The nodes, with others in the place of some. */
export const withInstead = (nodes: readonly NodeInfo[], others: Instead): readonly NodeInfo[] => {
  const { source, real, instead, made } = originOf(nodes)
  const imagined = replaced(nodes, others)
  const all = new Map(others)
  for (const [was, is] of instead) {
    all.delete(is)
    all.set(was, others.get(is) ?? is)
  }
  known.set(imagined, { source, real, instead: all, made })
  return imagined
}

/** As far as it is remembered, whichever of them came first. */
const changesBetween = (before: Origin, after: Origin): ReadonlySet<number> | undefined => {
  const [one, other] = [before.made, after.made]
  if (!one || one.changes !== other?.changes || before.instead.size + after.instead.size > 0) return undefined
  const places = one.changes.between(Math.min(one.at, other.at), Math.max(one.at, other.at))
  return places && new Set(places)
}

/** Where two lists of as many nodes have not the same. */
export const changedBetween = (
  before: readonly NodeInfo[],
  after: readonly NodeInfo[],
  each: (before: NodeInfo, after: NodeInfo, place: number) => void,
): void => {
  if (before === after) return
  const places = changesBetween(originOf(before), originOf(after))
  if (places) {
    for (const i of places) if (before[i] !== after[i]) each(before[i] as NodeInfo, after[i] as NodeInfo, i)
    return
  }
  for (let i = 0; i < after.length; i++)
    if (before[i] !== after[i]) each(before[i] as NodeInfo, after[i] as NodeInfo, i)
}
