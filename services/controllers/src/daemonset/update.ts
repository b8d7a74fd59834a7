import type { Stored } from '@periplus/api'
import type { Pod } from '@periplus/kinds'
import { isAvailable, isUpToDate, noChanges } from './daemons.ts'
import type { Changes, Daemons } from './daemons.ts'
import { isRolling, surgeOf, unavailableOf } from './limits.ts'

/** What there is on a node to be replaced, and by what; `undefined` where there is more than one of either. */
interface Pair {
  readonly node: string
  readonly young: Stored<Pod> | undefined
  readonly old: Stored<Pod> | undefined
}

const pairOn = ({ hash, pods }: Daemons, node: string): Pair | undefined => {
  const there = (pods.get(node) ?? []).filter(({ metadata }) => metadata.deletionTimestamp === undefined)
  const [young, surplus] = there.filter(pod => isUpToDate(pod, hash))
  const [old, more] = there.filter(pod => !isUpToDate(pod, hash))
  return surplus || more ? undefined : { node, young, old }
}

/** Replaces pods that are not up to date, within what the strategy allows. */
export const rollDaemons = (daemons: Daemons): Changes => {
  const { set, nodes, verdict, pods } = daemons
  if (!isRolling(set)) return noChanges
  const wanted = nodes.map(({ metadata }) => metadata.name).filter(name => verdict(name).runs)
  const pairs = [...new Set([...wanted, ...pods.keys()])].map(node => pairOn(daemons, node))
  const surge = surgeOf(set, wanted.length)
  return surge === 0
    ? inPlace(daemons, pairs, unavailableOf(set, wanted.length))
    : surging(daemons, pairs, surge, wanted.length)
}

/** Old pods go first, and the nodes that are without them get new ones. Those that aren't available go at once. */
const inPlace = (daemons: Daemons, pairs: readonly (Pair | undefined)[], maxUnavailable: number): Changes => {
  const replaceable: Stored<Pod>[] = []
  const candidates: Stored<Pod>[] = []
  let unavailable = 0
  for (const pair of pairs) {
    if (!pair || (pair.old === undefined) === (pair.young === undefined)) unavailable++
    else if (pair.young) unavailable += isAvailable(daemons, pair.young) ? 0 : 1
    else if (pair.old && isAvailable(daemons, pair.old)) candidates.push(pair.old)
    else if (pair.old) {
      replaceable.push(pair.old)
      unavailable++
    }
  }
  const more = candidates.slice(0, Math.max(0, maxUnavailable - unavailable))
  return { ...noChanges, remove: [...replaceable, ...more] }
}

/** New pods come first, and the old ones go once those are available. */
const surging = (
  daemons: Daemons,
  pairs: readonly (Pair | undefined)[],
  maxSurge: number,
  desired: number,
): Changes => {
  const remove: Stored<Pod>[] = []
  const misplaced: Stored<Pod>[] = []
  const replaceable: string[] = []
  const candidates: string[] = []
  let surging = 0
  let available = 0
  for (const pair of pairs) {
    if (!pair) {
      surging++
      continue
    }
    const { node, young, old } = pair
    const counted = old ?? young
    if (counted && isAvailable(daemons, counted)) available++
    if (!old) continue
    if (young) {
      if (isAvailable(daemons, young)) remove.push(old)
      else surging++
    } else if (isAvailable(daemons, old)) {
      if (daemons.verdict(node).runs) candidates.push(node)
      else misplaced.push(old)
    } else if (daemons.verdict(node).runs) replaceable.push(node)
    else remove.push(old)
  }
  // Where pods belong elsewhere now, one goes for each that is available beyond what is wanted.
  const dispensable = misplaced.slice(0, Math.max(0, available - desired))
  const more = candidates.slice(0, Math.max(0, maxSurge - surging))
  return {
    ...noChanges,
    remove: [...remove, ...dispensable],
    make: [...replaceable, ...more].map(node => ({ node, failures: 0 })),
  }
}
